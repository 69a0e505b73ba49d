"""The study (研究): the flow from a scenario to results. This page is the table of contents of the project.

====================  =======================  ==================================================================
step                  verb                     what it returns
====================  =======================  ==================================================================
load, validate        :func:`open_world`       a scenario and its register, checked (``scenarios/world``)
score, build          :func:`prepare`          a :class:`Prepared` world: eligibility, scores, money, program
precheck, solve       :func:`select`           an audited :class:`Selection`: plan, certificate, verdicts, funding
audit                 :func:`check`            what any list breaks, without a solver; :func:`check_projects`
compare with habit    :func:`yardstick`        the list that ranking by score would make
simulate              :func:`project`          :class:`model.vocabulary.Estimates`, replication by replication
summarise             :func:`summary`          a :class:`Projection`: key figures with their intervals
report                ``scenarios/runs``       a run folder: tables, workbook, page
====================  =======================  ==================================================================

Every step takes and returns frozen values, so each can be run alone in a notebook.
"""

from __future__ import annotations

from scenarios.study.audit import check, check_projects
from scenarios.study.kept import Kept, held, held_losses, kept
from scenarios.study.measure import unlike
from scenarios.study.prepare import Prepared, again, financing, prepare
from scenarios.study.project import Projection, play, project, staged, summary, undated
from scenarios.study.select import Selection, retold, select
from scenarios.study.works import works
from scenarios.study.yardstick import yardstick
from scenarios.world.open import open_world

__all__ = [
    "Kept",
    "Prepared",
    "Projection",
    "Selection",
    "again",
    "check",
    "check_projects",
    "financing",
    "held",
    "held_losses",
    "kept",
    "open_world",
    "play",
    "prepare",
    "project",
    "retold",
    "select",
    "staged",
    "summary",
    "undated",
    "unlike",
    "works",
    "yardstick",
]
