//! Boxes that are compared eight at a time, and a tree of them in the order in which they came.
//!
//! A box only says where not to look, so single precision will do: its sides are rounded outwards by more than anything
//! that is done to coordinates later. They are counted from an origin near the data, which keeps them fine.

use super::lanes::{Boxes, LANES};
use crate::bounds::Bounds;
use crate::polygons::Point;

/// Boxes in a group, and children of a node.
pub(crate) const GROUP: usize = LANES;
/// Trees of at most this many leaves are scanned group by group: that is faster than going down.
const SCANNED: usize = 64;
/// Room for a walk down: seven waiting siblings on each of eleven levels hold 2^33 leaves.
const STACK: usize = 80;
/// Levels of a tree, one more than can be filled.
pub(super) const LEVELS: usize = 12;

/// A box `[min_x, min_y, max_x, max_y]`, sides included.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct SmallBox(pub(crate) [f32; 4]);

impl SmallBox {
    pub(crate) const EMPTY: Self = Self([f32::INFINITY, f32::INFINITY, f32::NEG_INFINITY, f32::NEG_INFINITY]);

    /// A box that holds `bounds` when coordinates are counted from `origin`, with room for rounding to the grid.
    #[inline(always)]
    pub(crate) fn round(bounds: Bounds, origin: Point) -> Self {
        let [min_x, min_y, max_x, max_y] = bounds.0;
        // A spacing of f64 at the coordinate for the grid, two spacings of f32 for the conversion.
        let margin =
            |value: f64, from: f64| (value.abs() + from.abs()) * 1e-15 + (value - from).abs() * 2.5e-7;
        Self([
            (min_x - origin[0] - margin(min_x, origin[0])) as f32,
            (min_y - origin[1] - margin(min_y, origin[1])) as f32,
            (max_x - origin[0] + margin(max_x, origin[0])) as f32,
            (max_y - origin[1] + margin(max_y, origin[1])) as f32,
        ])
    }

    #[inline(always)]
    pub(crate) fn join(&mut self, other: Self) {
        let ([a, b, c, d], [e, f, g, h]) = (self.0, other.0);
        self.0 = [a.min(e), b.min(f), c.max(g), d.max(h)];
    }

    #[inline(always)]
    pub(crate) fn common(self, other: Self) -> Self {
        let ([a, b, c, d], [e, f, g, h]) = (self.0, other.0);
        Self([a.max(e), b.max(f), c.min(g), d.min(h)])
    }

    #[inline(always)]
    pub(crate) fn is_empty(self) -> bool {
        !(self.0[0] <= self.0[2] && self.0[1] <= self.0[3])
    }

    /// True when no point of this box lies outside `other`.
    #[inline(always)]
    pub(crate) fn lies_in(self, other: Self) -> bool {
        let ([a, b, c, d], [e, f, g, h]) = (self.0, other.0);
        a >= e && b >= f && c <= g && d <= h
    }

    /// Longest side, in the units of the coordinates.
    pub(crate) fn extent(self) -> f64 {
        f64::from((self.0[2] - self.0[0]).max(self.0[3] - self.0[1]))
    }
}

/// Boxes of eight leaves or nodes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct BoxGroup(Boxes<f32>);

impl BoxGroup {
    const EMPTY: Self = Self(Boxes {
        min_x: [f32::INFINITY; GROUP],
        min_y: [f32::INFINITY; GROUP],
        max_x: [f32::NEG_INFINITY; GROUP],
        max_y: [f32::NEG_INFINITY; GROUP],
    });

    #[inline(always)]
    pub(super) fn get(&self, slot: usize) -> SmallBox {
        SmallBox(self.0.get(slot))
    }

    /// The slots whose boxes meet `query`, as bits.
    #[inline(always)]
    pub(super) fn meeting(&self, query: SmallBox) -> u32 {
        self.0.meeting(query.0)
    }

    pub(super) fn around(&self) -> SmallBox {
        (0..GROUP).fold(SmallBox::EMPTY, |mut all, slot| {
            all.join(self.get(slot));
            all
        })
    }
}

/// Appends boxes to `groups`, eight a group, then the levels above them.
pub(crate) struct TreeBuilder<'a> {
    groups: &'a mut Vec<BoxGroup>,
    start: usize,
    leaves: usize,
}

impl<'a> TreeBuilder<'a> {
    pub(crate) fn new(groups: &'a mut Vec<BoxGroup>) -> Self {
        let start = groups.len();
        Self { groups, start, leaves: 0 }
    }

    #[inline(always)]
    pub(crate) fn push(&mut self, leaf: SmallBox) {
        let slot = self.leaves % GROUP;
        if slot == 0 {
            self.groups.push(BoxGroup::EMPTY);
        }
        if let Some(last) = self.groups.last_mut() {
            last.0.set(slot, leaf.0);
        }
        self.leaves += 1;
    }

    pub(crate) fn finish(self) {
        let mut level = self.start..self.groups.len();
        // What is scanned needs no levels.
        while self.leaves > SCANNED && level.len() > 1 {
            let above = self.groups.len();
            for (position, group) in level.enumerate() {
                if position % GROUP == 0 {
                    self.groups.push(BoxGroup::EMPTY);
                }
                let around = self.groups[group].around();
                if let Some(last) = self.groups.last_mut() {
                    last.0.set(position % GROUP, around.0);
                }
            }
            level = above..self.groups.len();
        }
    }
}

/// A node of a [`BoxTree`]: its box and the leaves below it.
pub(crate) struct Node<'a> {
    group: &'a BoxGroup,
    slot: usize,
    /// 0 for a leaf.
    pub(crate) level: u32,
    /// Position on its level: a leaf's is its number.
    pub(crate) position: usize,
}

impl Node<'_> {
    #[inline(always)]
    pub(crate) fn min_x(&self) -> f32 {
        self.group.0.min_x[self.slot]
    }

    /// The first leaf below, and how many there are if all are there.
    #[inline(always)]
    pub(crate) fn leaves(&self) -> (usize, usize) {
        let span = 1 << (3 * self.level);
        (self.position * span, span)
    }
}

/// A tree over boxes in the order in which they were pushed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct BoxTree<'a> {
    pub(super) groups: &'a [BoxGroup],
    pub(super) leaves: usize,
}

impl<'a> BoxTree<'a> {
    pub(crate) fn new(groups: &'a [BoxGroup], leaves: usize) -> Self {
        Self { groups, leaves }
    }

    #[inline(always)]
    pub(crate) fn leaf(&self, leaf: usize) -> SmallBox {
        self.groups[leaf / GROUP].get(leaf % GROUP)
    }

    /// True for a tree without levels, which is searched by looking at all its leaves.
    #[inline(always)]
    pub(crate) fn is_scanned(&self) -> bool {
        self.leaves <= SCANNED
    }

    /// Adds every leaf whose box meets `query`, in order.
    #[inline(always)]
    pub(crate) fn find(&self, query: SmallBox, found: &mut Vec<u32>) {
        if self.is_scanned() {
            for (position, group) in self.groups.iter().enumerate() {
                let mut slots = group.meeting(query);
                while slots != 0 {
                    found.push((position * GROUP) as u32 + slots.trailing_zeros());
                    slots &= slots - 1;
                }
            }
        } else {
            self.descend(query, |node| {
                if node.level == 0 {
                    found.push(node.position as u32);
                }
                true
            });
        }
    }

    /// Where the groups of each level start, and the highest level.
    #[inline(always)]
    pub(super) fn levels(&self) -> ([usize; LEVELS], usize) {
        let mut first_of_level = [0; LEVELS];
        let (mut top, mut groups) = (0, self.leaves.div_ceil(GROUP));
        while groups > 1 {
            first_of_level[top + 1] = first_of_level[top] + groups;
            groups = groups.div_ceil(GROUP);
            top += 1;
        }
        (first_of_level, top)
    }

    /// Calls `enters` for every node whose box meets `query`, in order; where it answers false, nothing below is visited.
    #[inline(always)]
    pub(crate) fn descend(&self, query: SmallBox, mut enters: impl FnMut(&Node<'a>) -> bool) {
        if self.is_scanned() {
            for (position, group) in self.groups.iter().enumerate() {
                let mut slots = group.meeting(query);
                while slots != 0 {
                    let slot = slots.trailing_zeros() as usize;
                    slots &= slots - 1;
                    enters(&Node { group, slot, level: 0, position: position * GROUP + slot });
                }
            }
            return;
        }
        let (first_of_level, top) = self.levels();
        let mut waiting = [(0_u32, 0_u32); STACK];
        waiting[0] = (top as u32, 0);
        let mut depth = 1;
        while depth > 0 {
            depth -= 1;
            let (level, of_level) = waiting[depth];
            let group = &self.groups[first_of_level[level as usize] + of_level as usize];
            let mut slots = group.meeting(query);
            // Leaves from the first on; nodes from the last on, because what is put last on the stack is taken first.
            while slots != 0 {
                let slot = if level == 0 { slots.trailing_zeros() } else { slots.ilog2() } as usize;
                slots &= !(1 << slot);
                let position = of_level as usize * GROUP + slot;
                if enters(&Node { group, slot, level, position }) && level > 0 {
                    waiting[depth] = (level - 1, position as u32);
                    depth += 1;
                }
            }
        }
    }
}
