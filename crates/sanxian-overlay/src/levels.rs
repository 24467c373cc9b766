//! The offsets of a polygon set while they grow: points end in rings, rings in polygons, polygons in features.

/// Ends of rings, polygons and features, and which features have no geometry.
///
/// A count past `i32::MAX` wraps to an offset below nought; [`Levels::count`] tells, and nobody reads offsets before asking.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Levels {
    pub(crate) rings: Vec<i32>,
    pub(crate) polygons: Vec<i32>,
    pub(crate) features: Vec<i32>,
    pub(crate) nulls: Option<Vec<bool>>,
}

impl Default for Levels {
    fn default() -> Self {
        Self { rings: vec![0], polygons: vec![0], features: vec![0], nulls: None }
    }
}

impl Levels {
    /// Number of features.
    pub(crate) const fn len(&self) -> usize {
        self.features.len() - 1
    }

    /// True while 32-bit offsets can count these rings and polygons and so many points.
    pub(crate) const fn count(&self, points: usize) -> bool {
        let most = i32::MAX as usize;
        points <= most && self.rings.len() <= most && self.polygons.len() <= most
    }

    /// Where the points of the next ring begin.
    pub(crate) fn ring_start(&self) -> usize {
        self.rings.last().copied().unwrap_or(0) as usize
    }

    /// Ends a ring: all points up to there, of so many, that are in no ring yet.
    pub(crate) fn end_ring(&mut self, points: usize) {
        self.rings.push(points as i32);
    }

    /// Ends a polygon: the rings that are in none yet.
    pub(crate) fn end_polygon(&mut self) {
        self.polygons.push((self.rings.len() - 1) as i32);
    }

    /// Ends a feature: the polygons that are in none yet.
    pub(crate) fn end_feature(&mut self) {
        self.features.push((self.polygons.len() - 1) as i32);
        if let Some(nulls) = &mut self.nulls {
            nulls.push(false);
        }
    }

    /// A feature without geometry.
    pub(crate) fn push_null(&mut self) {
        let known = self.len();
        self.nulls.get_or_insert_with(|| vec![false; known]).push(true);
        self.features.push((self.polygons.len() - 1) as i32);
    }

    /// Appends whole runs of each level, given by their ends, each counted from where the known ones of its level end.
    pub(crate) fn append_ends(
        &mut self,
        rings: impl Iterator<Item = usize>,
        polygons: impl Iterator<Item = usize>,
        features: impl Iterator<Item = usize>,
    ) {
        let (points, ringed, grouped) = (self.ring_start(), self.rings.len() - 1, self.polygons.len() - 1);
        self.rings.extend(rings.map(|end| end.wrapping_add(points) as i32));
        self.polygons.extend(polygons.map(|end| end.wrapping_add(ringed) as i32));
        self.features.extend(features.map(|end| end.wrapping_add(grouped) as i32));
        if let Some(nulls) = &mut self.nulls {
            nulls.resize(self.features.len() - 1, false);
        }
    }

    /// Appends runs of the levels of another set, each with the offset before its first, that belong together.
    pub(crate) fn append(
        &mut self,
        rings: &[i32],
        polygons: &[i32],
        features: &[i32],
        nulls: Option<&[bool]>,
    ) {
        let known = self.len();
        append_offsets(&mut self.rings, rings);
        append_offsets(&mut self.polygons, polygons);
        append_offsets(&mut self.features, features);
        let nulls = nulls.filter(|nulls| nulls.contains(&true));
        if self.nulls.is_some() || nulls.is_some() {
            let all = self.nulls.get_or_insert_with(|| vec![false; known]);
            all.extend_from_slice(nulls.unwrap_or_default());
            all.resize(self.features.len() - 1, false);
        }
    }
}

/// Appends `added` but for its first offset, moved to where the known ones end.
fn append_offsets(known: &mut Vec<i32>, added: &[i32]) {
    let (Some(&end), Some((&start, added))) = (known.last(), added.split_first()) else { return };
    known.extend(added.iter().map(|offset| offset.wrapping_sub(start).wrapping_add(end)));
}

#[cfg(test)]
#[path = "levels_tests.rs"]
mod tests;
