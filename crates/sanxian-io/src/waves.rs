//! Work done side by side and handed on in order, a few pieces at a time, so that memory stays bounded whatever there is.

use std::ops::ControlFlow;

use rayon::prelude::*;

/// Pieces that a thread works on before they are handed on: enough to keep it busy, some megabytes in flight.
const PIECES_A_THREAD: usize = 4;

/// Works on the pieces in parallel and lets `take` have what comes of them in their order, whatever the number of threads.
/// While it takes, the next are worked on. `work` has a buffer of its own in every thread.
pub(crate) fn in_waves<P: Sync, B: Default, D: Send, E: Send>(
    pieces: &[P],
    work: impl Fn(&mut B, &P) -> D + Sync,
    mut take: impl FnMut(D) -> Result<ControlFlow<()>, E> + Send,
) -> Result<(), E> {
    let all = |pieces: &[P]| -> Vec<D> {
        pieces.par_iter().with_max_len(1).map_init(B::default, |buffer, piece| work(buffer, piece)).collect()
    };
    let mut waves = pieces.chunks(PIECES_A_THREAD * rayon::current_num_threads());
    let mut ready = waves.next().map(all).unwrap_or_default();
    while !ready.is_empty() {
        let take_all = || {
            for done in ready {
                if take(done)?.is_break() {
                    return Ok(ControlFlow::Break(()));
                }
            }
            Ok(ControlFlow::Continue(()))
        };
        let (flow, next) = rayon::join(take_all, || waves.next().map(all).unwrap_or_default());
        if flow?.is_break() {
            break;
        }
        ready = next;
    }
    Ok(())
}
