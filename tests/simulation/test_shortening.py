"""A story that goes wrong is cut down to what it needs for that."""

from dataclasses import replace

from jobsys.testing.simulation import FaultKind, Outcome, Story, shortest, simulate, story_of


def test_faults_and_jobs_that_a_failure_does_not_need_are_left_out() -> None:
    story = story_of(0)
    needed_fault, needed_job = story.faults[2], story.jobs[4]
    told: list[Story] = []

    def tell(story: Story) -> Outcome:
        told.append(story)
        is_wrong = needed_fault in story.faults and needed_job in story.jobs
        return replace(sound, story=story, wrong="found" if is_wrong else None)

    sound = simulate(story)
    short = shortest(replace(sound, wrong="found"), tell).story
    assert (short.faults, short.jobs) == ((needed_fault,), (needed_job,))
    assert {story.seed for story in told} == {0}


def test_a_story_without_faults_has_none_in_its_trace_and_goes_right() -> None:
    outcome = simulate(replace(story_of(1), faults=()))
    assert outcome.wrong is None
    assert outcome.faults == 0
    assert not [line for line in outcome.trace for kind in FaultKind if f" {kind} " in line]
