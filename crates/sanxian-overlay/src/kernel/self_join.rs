//! Which boxes of a tree meet each other: the tree is walked down against itself.

use super::boxes::{BoxGroup, BoxTree, GROUP, LEVELS, SmallBox};
use super::edges::each_bit;

/// Groups on this level, 512 leaves each, are the parts that a self-join is done in.
const PART_LEVEL: usize = 2;

/// A tree held against itself.
#[derive(Clone, Copy)]
pub(super) struct SelfJoin<'a> {
    tree: BoxTree<'a>,
    first_of_level: [usize; LEVELS],
}

impl<'a> SelfJoin<'a> {
    pub(super) fn new(tree: BoxTree<'a>) -> Self {
        let first_of_level = if tree.is_scanned() { [0; LEVELS] } else { tree.levels().0 };
        Self { tree, first_of_level }
    }

    /// How many parts the tree has.
    pub(super) fn parts(&self) -> usize {
        if self.tree.is_scanned() { 1 } else { self.tree.leaves.div_ceil(Self::PART) }
    }

    /// Leaves in a part.
    pub(super) const PART: usize = GROUP.pow(PART_LEVEL as u32 + 1);

    /// Adds every two leaves whose boxes meet, the first of them in `part` and the second one after it.
    pub(super) fn find(&self, part: usize, found: &mut Vec<[u32; 2]>) {
        if self.tree.is_scanned() {
            // No levels above the leaves.
            for (position, group) in self.tree.groups.iter().enumerate() {
                self.within(0, position, found);
                let around = group.around();
                for (later, other) in self.tree.groups.iter().enumerate().skip(position + 1) {
                    let other = other.around();
                    if !around.common(other).is_empty() {
                        self.between(0, [position, later], other, found);
                    }
                }
            }
            return;
        }
        self.within(PART_LEVEL, part, found);
        if self.parts() > 1 {
            let around = |part: usize| self.group(PART_LEVEL + 1, part / GROUP).get(part % GROUP);
            for later in part + 1..self.parts() {
                if !around(part).common(around(later)).is_empty() {
                    self.between(PART_LEVEL, [part, later], around(later), found);
                }
            }
        }
    }

    fn group(&self, level: usize, position: usize) -> &'a BoxGroup {
        &self.tree.groups[self.first_of_level[level] + position]
    }

    /// Pairs below one group.
    fn within(&self, level: usize, position: usize, found: &mut Vec<[u32; 2]>) {
        let group = self.group(level, position);
        for slot in 0..GROUP {
            let bounds = group.get(slot);
            if bounds.is_empty() {
                break;
            }
            let child = position * GROUP + slot;
            if level > 0 {
                self.within(level - 1, child, found);
            }
            for other in each_bit(group.meeting(bounds) & !((2 << slot) - 1)) {
                self.add(level, [child, position * GROUP + other], group.get(other), found);
            }
        }
    }

    /// Pairs of a node below one group and a node below another, later one, which has the box `later`.
    fn between(&self, level: usize, positions: [usize; 2], later: SmallBox, found: &mut Vec<[u32; 2]>) {
        let [group, other_group] = positions.map(|position| self.group(level, position));
        for slot in each_bit(group.meeting(later)) {
            for other in each_bit(other_group.meeting(group.get(slot))) {
                let children = [positions[0] * GROUP + slot, positions[1] * GROUP + other];
                self.add(level, children, other_group.get(other), found);
            }
        }
    }

    /// Two nodes of a level that meet.
    fn add(&self, level: usize, nodes: [usize; 2], later: SmallBox, found: &mut Vec<[u32; 2]>) {
        if level == 0 {
            found.push(nodes.map(|leaf| leaf as u32));
        } else {
            self.between(level - 1, nodes, later, found);
        }
    }
}
