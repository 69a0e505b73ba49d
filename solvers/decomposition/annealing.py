"""Simulated annealing over one block, compiled: millions of moves a second, the best plan of every count vector remembered.

An item takes one of its columns or none. A move changes one item or two, replaces one or two chosen items by others, or swaps the
parts of two.
Rows may be broken at a price on the way; only a plan that breaks none is remembered (Kirkpatrick, Gelatt and Vecchi 1983).
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numba import njit

Array = np.ndarray[Any, Any]
FULL = 0.75  # of a pool: beyond it known count vectors are improved, new ones are not added
OUTS, INS, CHOSEN, ROWS, AUX, DIRTY = range(6)  # what ``Walk.n`` counts
SINGLE, DOUBLE, REPLACE, EXCHANGE = 48, 96, 144, 192  # of 256 moves; the rest replace two items at once
# Nothing is allocated here, so nothing need be counted, and calls would copy a whole terrain: so it is ten times faster.
# Numba's stubs do not know ``_nrt``, and its decorators say nothing of types: hence what is ignored here and below.
compiled = njit(nogil=True, cache=True, _nrt=False)  # type: ignore[call-overload]
inlined = njit(nogil=True, forceinline=True, _nrt=False)  # type: ignore[call-overload]


class Terrain(NamedTuple):
    """A block as the search reads it: n columns, I items, P parts, R rows, Z auxiliary columns."""

    item_ptr: Array  # [I + 1] columns of an item are item_cols[item_ptr[i] : item_ptr[i + 1]]
    item_cols: Array  # [n]
    cell_ptr: Array  # [I * P + 1] the same by item and part
    col_item: Array  # [n]
    col_part: Array  # [n]
    reduced: Array  # [n]
    col_ptr: Array  # [n + 1] rows of a column
    col_row: Array
    col_step: Array
    lower: Array  # [R]
    upper: Array  # [R]
    fine: Array  # [R] price of a unit that a row is broken by
    row_aux: Array  # [R] the auxiliary column in the row, or -1
    row_step: Array  # [R] and its coefficient
    aux_ptr: Array  # [Z + 1] rows of an auxiliary column
    aux_row: Array
    aux_low: Array  # [Z]
    aux_high: Array  # [Z]
    aux_reduced: Array  # [Z]
    aux_fine: Array  # [Z]
    stamp: Array  # [P] even random numbers: their sum over chosen columns names a count vector


class Course(NamedTuple):
    """How a search cools and hardens: temperatures, factors of the fines, and how close to the best is remembered."""

    hot: float
    cold: float
    mild: float
    stern: float
    margin: float


class Walk(NamedTuple):
    """Where a search stands, and how to step back."""

    taken: Array  # [I] the column an item takes, or -1
    chosen: Array  # [I] the items that take one, the first n[CHOSEN]
    place: Array  # [I] where an item stands among them, or -1
    activity: Array  # [R] of the choices alone
    aux_now: Array  # [Z] what each auxiliary column adds
    aux_off: Array  # [Z] what it is fined
    dirty: Array  # [Z] auxiliary columns to work out again, the first n[DIRTY]
    is_dirty: Array  # [Z]
    move: Array  # [4] columns given up, then columns taken
    row_log: Array
    act_log: Array
    aux_log: Array  # [Z]
    now_log: Array  # [Z]
    off_log: Array  # [Z]
    n: Array  # [6]


class Pool(NamedTuple):
    """The best plan of each count vector, in a table addressed by its name; 0 names nothing."""

    keys: Array  # [C]
    values: Array  # [C]
    plans: Array  # [C, I]


@compiled  # type: ignore[untyped-decorator]
def anneal(t: Terrain, w: Walk, pool: Pool, seed: int, moves: int, course: Course) -> int:
    """Run so many moves from ``w.taken``; return how many plans the pool has. ``w`` and ``pool`` are changed."""
    s = _random(_random(np.uint64(2 * seed + 1) ^ np.uint64(0x9E3779B97F4A7C15)))
    key, value = _enter(t, w)
    off, filled, best, heat, strict = _broken(t, w), 0, -1e300, course.hot, course.mild
    cooling = (course.cold / course.hot) ** (256.0 / max(moves, 256))
    hardening = (course.stern / course.mild) ** (256.0 / max(moves, 256))
    for move in range(moves):
        if move & 255 == 255:
            heat *= cooling
            strict *= hardening
            off = _broken(t, w)  # sums of many small steps drift
        s = _random(s)
        if move and not _propose(t, w, s):
            continue
        gain, more = _attempt(t, w)
        net = gain - strict * more
        s = _random(s)
        if move and net < 0.0 and np.exp(net / heat) * 9007199254740992.0 <= np.float64(s >> np.uint64(11)):
            _undo(w)
            continue
        value, off = value + gain, off + more
        key = _commit(t, w, key)
        if off < 1e-6 and value > best - course.margin:
            best = max(best, value)
            filled = _remember(pool, key, value, w.taken, filled)
    return filled


@inlined  # type: ignore[untyped-decorator]
def _random(s: Any) -> Any:
    s ^= s << np.uint64(13)
    s ^= s >> np.uint64(7)
    s ^= s << np.uint64(17)
    return s


@inlined  # type: ignore[untyped-decorator]
def _enter(t: Terrain, w: Walk) -> tuple[Any, float]:
    """Note what is taken at the start; every auxiliary column is still to be worked out."""
    key, value = np.uint64(1), 0.0
    for i in range(len(w.taken)):
        w.place[i] = -1
        column = w.taken[i]
        if column >= 0:
            w.chosen[w.n[CHOSEN]] = i
            w.place[i] = w.n[CHOSEN]
            w.n[CHOSEN] += 1
            key += t.stamp[t.col_part[column]]
            value += t.reduced[column]
    for z in range(len(w.dirty)):
        w.aux_now[z], w.aux_off[z] = 0.0, 0.0
        w.dirty[z] = z
        w.is_dirty[z] = True
    w.n[DIRTY] = len(w.dirty)
    return key, value


@inlined  # type: ignore[untyped-decorator]
def _broken(t: Terrain, w: Walk) -> float:
    total = 0.0
    for r in range(len(t.lower)):
        if t.row_aux[r] < 0:
            total += t.fine[r] * max(w.activity[r] - t.upper[r], t.lower[r] - w.activity[r], 0.0)
    for z in range(len(w.aux_off)):
        total += w.aux_off[z]
    return total


@inlined  # type: ignore[untyped-decorator]
def _propose(t: Terrain, w: Walk, s: Any) -> Any:
    """Draw a move; whether there is one."""
    a = np.int64(s >> np.uint64(40))
    b = np.int64((s >> np.uint64(16)) & np.uint64(0xFFFFFF))
    kind = np.int64(s & np.uint64(0xFF))
    items, count = len(w.taken), w.n[CHOSEN]
    w.n[OUTS], w.n[INS] = 0, 0
    if kind < SINGLE or count == 0:
        return _change(t, w, a % items, b)
    if kind < DOUBLE:
        return a % items != (a >> 8) % items and _change(t, w, a % items, b) and _change(t, w, (a >> 8) % items, b >> 8)
    i, j, other = w.chosen[a % count], b % items, w.chosen[(a >> 8) % count]
    if kind < REPLACE:
        return _replace(t, w, i, j, a >> 4)
    if kind < EXCHANGE:
        return _exchange(t, w, i, other, a >> 4)
    second = (b >> 8) % items
    return i != other and j != second and _replace(t, w, i, j, a >> 4) and _replace(t, w, other, second, b >> 4)


@inlined  # type: ignore[untyped-decorator]
def _change(t: Terrain, w: Walk, i: int, draw: int) -> bool:
    """Let an item take another of its columns, or none."""
    width = t.item_ptr[i + 1] - t.item_ptr[i]
    at = draw % (width + 1)
    new = t.item_cols[t.item_ptr[i] + at] if at < width else -1
    if new == w.taken[i]:
        return False
    if w.taken[i] >= 0:
        w.move[w.n[OUTS]] = w.taken[i]
        w.n[OUTS] += 1
    if new >= 0:
        w.move[2 + w.n[INS]] = new
        w.n[INS] += 1
    return True


@inlined  # type: ignore[untyped-decorator]
def _replace(t: Terrain, w: Walk, i: int, j: int, draw: int) -> bool:
    """Let item j, which takes nothing, take i's place."""
    if w.place[j] >= 0:
        return False
    parts = len(t.stamp)
    cell = j * parts + t.col_part[w.taken[i]]
    width = t.cell_ptr[cell + 1] - t.cell_ptr[cell]
    if width == 0:
        return False
    w.move[w.n[OUTS]], w.move[2 + w.n[INS]] = w.taken[i], t.item_cols[t.cell_ptr[cell] + draw % width]
    w.n[OUTS] += 1
    w.n[INS] += 1
    return True


@inlined  # type: ignore[untyped-decorator]
def _exchange(t: Terrain, w: Walk, i: int, j: int, draw: int) -> bool:
    """Let two chosen items swap their parts."""
    parts = len(t.stamp)
    one, two = i * parts + t.col_part[w.taken[j]], j * parts + t.col_part[w.taken[i]]
    wide, broad = t.cell_ptr[one + 1] - t.cell_ptr[one], t.cell_ptr[two + 1] - t.cell_ptr[two]
    if i == j or wide == 0 or broad == 0:
        return False
    w.move[0], w.move[1] = w.taken[i], w.taken[j]
    w.move[2], w.move[3] = t.item_cols[t.cell_ptr[one] + draw % wide], t.item_cols[t.cell_ptr[two] + (draw >> 4) % broad]
    w.n[OUTS], w.n[INS] = 2, 2
    return True


@inlined  # type: ignore[untyped-decorator]
def _attempt(t: Terrain, w: Walk) -> tuple[float, float]:
    """Make the move; return what is gained and what is fined more."""
    gain, more = 0.0, 0.0
    w.n[ROWS], w.n[AUX] = 0, 0
    for m in range(w.n[OUTS] + w.n[INS]):
        out = m < w.n[OUTS]
        column = w.move[m] if out else w.move[2 + m - w.n[OUTS]]
        sign = -1.0 if out else 1.0
        gain += sign * t.reduced[column]
        for e in range(t.col_ptr[column], t.col_ptr[column + 1]):
            r = t.col_row[e]
            old = w.activity[r]
            now = old + sign * t.col_step[e]
            w.row_log[w.n[ROWS]] = r
            w.act_log[w.n[ROWS]] = old
            w.n[ROWS] += 1
            w.activity[r] = now
            if t.row_aux[r] < 0:
                high, low = t.upper[r], t.lower[r]
                more += t.fine[r] * (max(now - high, low - now, 0.0) - max(old - high, low - old, 0.0))
            elif not w.is_dirty[t.row_aux[r]]:
                w.is_dirty[t.row_aux[r]] = True
                w.dirty[w.n[DIRTY]] = t.row_aux[r]
                w.n[DIRTY] += 1
    if w.n[DIRTY]:
        add, fined = _follow(t, w)
        return gain + add, more + fined
    return gain, more


@inlined  # type: ignore[untyped-decorator]
def _follow(t: Terrain, w: Walk) -> tuple[float, float]:
    """Work out the auxiliary columns that a move touched: each between the bounds that its rows leave it."""
    gain, more = 0.0, 0.0
    for d in range(w.n[DIRTY]):
        z = w.dirty[d]
        w.is_dirty[z] = False
        low, high = _room(t, w, z)
        w.aux_log[d], w.now_log[d], w.off_log[d] = z, w.aux_now[z], w.aux_off[z]
        now = t.aux_reduced[z] * (high if t.aux_reduced[z] > 0 else low)
        off = t.aux_fine[z] * max(low - high, 0.0)
        gain, more = gain + now - w.aux_now[z], more + off - w.aux_off[z]
        w.aux_now[z], w.aux_off[z] = now, off
    w.n[AUX], w.n[DIRTY] = w.n[DIRTY], 0
    return gain, more


@inlined  # type: ignore[untyped-decorator]
def _room(t: Terrain, w: Walk, z: int) -> tuple[float, float]:
    low, high = t.aux_low[z], t.aux_high[z]
    for e in range(t.aux_ptr[z], t.aux_ptr[z + 1]):
        r = t.aux_row[e]
        over, under = (t.upper[r] - w.activity[r]) / t.row_step[r], (t.lower[r] - w.activity[r]) / t.row_step[r]
        high = min(high, max(over, under))
        low = max(low, min(over, under))
    return low, high


@inlined  # type: ignore[untyped-decorator]
def _undo(w: Walk) -> None:
    for e in range(w.n[ROWS] - 1, -1, -1):
        w.activity[w.row_log[e]] = w.act_log[e]
    for e in range(w.n[AUX]):
        w.aux_now[w.aux_log[e]], w.aux_off[w.aux_log[e]] = w.now_log[e], w.off_log[e]


@inlined  # type: ignore[untyped-decorator]
def _commit(t: Terrain, w: Walk, key: Any) -> Any:
    for m in range(w.n[OUTS]):
        column = w.move[m]
        i = t.col_item[column]
        key -= t.stamp[t.col_part[column]]
        w.n[CHOSEN] -= 1
        last = w.chosen[w.n[CHOSEN]]
        w.chosen[w.place[i]] = last
        w.place[last] = w.place[i]
        w.place[i], w.taken[i] = -1, -1
    for m in range(w.n[INS]):
        column = w.move[2 + m]
        i = t.col_item[column]
        key += t.stamp[t.col_part[column]]
        w.taken[i] = column
        w.chosen[w.n[CHOSEN]] = i
        w.place[i] = w.n[CHOSEN]
        w.n[CHOSEN] += 1
    return key


@inlined  # type: ignore[untyped-decorator]
def _remember(pool: Pool, key: Any, value: float, taken: Array, filled: int) -> int:
    slots = len(pool.keys)
    e = int(np.int64((key * np.uint64(0x9E3779B97F4A7C15)) >> np.uint64(33)) % slots)
    while pool.keys[e] != 0 and pool.keys[e] != key:
        e = e + 1 if e + 1 < slots else 0
    if pool.keys[e] == 0:
        if filled > FULL * slots:
            return filled
        pool.keys[e] = key
        filled += 1
    elif value <= pool.values[e] + 1e-9:
        return filled
    pool.values[e] = value
    for i in range(len(taken)):
        pool.plans[e, i] = taken[i]
    return filled
