//! Long work: on a thread of its own, with the interpreter released, progress reported and Ctrl-C heard.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{RecvTimeoutError, sync_channel};
use std::time::Duration;

use pyo3::prelude::*;
use sanxian_overlay::Progress;

use crate::error::{IntoPyErr, internal_error};

/// How often the calling thread looks up: often enough for Ctrl-C to feel immediate, seldom enough to cost nothing.
const POLL: Duration = Duration::from_millis(50);

/// Runs `work` on another thread while this one serves Python: signals, and `callback(done, total)` if there is one.
///
/// An exception of the callback and `KeyboardInterrupt` cancel the work and are raised once it has stopped.
/// A panic becomes a `SanxianError`: none reaches Python.
pub(crate) fn run<T, E>(
    py: Python<'_>,
    callback: Option<&Bound<'_, PyAny>>,
    work: impl FnOnce(&Progress) -> Result<T, E> + Send,
) -> PyResult<T>
where
    T: Send,
    E: IntoPyErr + Send,
{
    let progress = Progress::default();
    let (finished, mut outcome) = sync_channel(1);
    std::thread::scope(|scope| {
        let shared = &progress;
        scope.spawn(move || {
            let result = catch_unwind(AssertUnwindSafe(|| work(shared)));
            // The receiver lives until the scope ends, so there is nobody to tell if this fails.
            let _ = finished.send(result);
        });
        loop {
            let receiver = &mut outcome;
            match py.detach(move || receiver.recv_timeout(POLL)) {
                Ok(Ok(result)) => {
                    report(callback, &progress)?;
                    return result.map_err(|error| error.into_py_err(py));
                }
                Ok(Err(panic)) => return Err(internal_error(py, &panic)),
                Err(RecvTimeoutError::Disconnected) => {
                    return Err(internal_error(py, &"the working thread went away"));
                }
                Err(RecvTimeoutError::Timeout) => {
                    if let Err(error) = py.check_signals().and_then(|()| report(callback, &progress)) {
                        progress.cancel();
                        let receiver = &mut outcome;
                        let _ = py.detach(move || receiver.recv());
                        return Err(error);
                    }
                }
            }
        }
    })
}

fn report(callback: Option<&Bound<'_, PyAny>>, progress: &Progress) -> PyResult<()> {
    match callback {
        Some(callback) if progress.total() > 0 => {
            callback.call1((progress.done().min(progress.total()), progress.total())).map(drop)
        }
        _ => Ok(()),
    }
}
