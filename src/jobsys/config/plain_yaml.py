"""YAML without what a settings file has no use for, and an attacker has: aliases and tags."""

from collections.abc import Hashable

import yaml
from yaml.composer import ComposerError
from yaml.constructor import ConstructorError


class PlainLoader(yaml.SafeLoader):
    """Reads plain YAML: no aliases, no tags of Python's, no name twice in one mapping."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        """Composes the next node.

        Raises:
            ComposerError: it is an alias, which may stand for any amount of text.

        """
        if self.check_event(yaml.AliasEvent):
            mark = self.current_event.start_mark
            raise ComposerError(None, None, "no aliases (*name): write the values out", mark)
        return super().compose_node(parent, index)

    def construct_mapping(
        self, node: yaml.MappingNode, deep: bool = False
    ) -> dict[Hashable, object]:
        """Constructs a mapping.

        Raises:
            ConstructorError: a name stands twice in it.

        """
        seen: set[str] = set()
        for key, _ in node.value:
            if not isinstance(key, yaml.ScalarNode):
                continue
            if key.value in seen:
                raise ConstructorError(
                    None, None, f"{key.value!r} stands here twice", key.start_mark
                )
            seen.add(key.value)
        return super().construct_mapping(node, deep=deep)
