import { render } from "preact";
import { App } from "./app";
import "./style/colours.css";
import "./style/frame.css";
import "./style/parts.css";
import "./style/pages.css";
import "./style/phone.css";

const place = document.getElementById("page");
if (place) render(<App />, place);
