//! What a long task tells the thread that watches it, and how it is stopped.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use crate::error::OverlayError;

/// Counters shared between the threads that work and the one that watches: lock-free, in units of features.
///
/// # Examples
/// ```
/// use sanxian_overlay::Progress;
///
/// let progress = Progress::default();
/// progress.announce(40);
/// progress.advance(10)?;
/// assert_eq!((progress.done(), progress.total()), (10, 40));
/// progress.cancel();
/// assert!(progress.advance(1).is_err());
/// # Ok::<(), sanxian_overlay::OverlayError>(())
/// ```
#[derive(Debug, Default)]
pub struct Progress {
    done: AtomicU64,
    total: AtomicU64,
    cancelled: AtomicBool,
}

impl Progress {
    /// Announces `features` more features to come.
    pub fn announce(&self, features: u64) {
        self.total.fetch_add(features, Ordering::Relaxed);
    }

    /// Counts `features` as done and asks whether to go on.
    ///
    /// # Errors
    /// [`OverlayError::Cancelled`] after [`Progress::cancel`]; the task stops at the next feature.
    pub fn advance(&self, features: u64) -> Result<(), OverlayError> {
        self.done.fetch_add(features, Ordering::Relaxed);
        self.check()
    }

    /// Asks whether to go on, without counting.
    ///
    /// # Errors
    /// [`OverlayError::Cancelled`] after [`Progress::cancel`].
    pub fn check(&self) -> Result<(), OverlayError> {
        if self.cancelled.load(Ordering::Relaxed) { Err(OverlayError::Cancelled) } else { Ok(()) }
    }

    /// Features done so far.
    pub fn done(&self) -> u64 {
        self.done.load(Ordering::Relaxed)
    }

    /// Features announced so far.
    pub fn total(&self) -> u64 {
        self.total.load(Ordering::Relaxed)
    }

    /// Asks the task to stop.
    pub fn cancel(&self) {
        self.cancelled.store(true, Ordering::Relaxed);
    }
}
