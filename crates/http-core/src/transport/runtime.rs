//! What a call needs of the runtime in which it is awaited: an error in place of a panic.

use std::panic::catch_unwind;
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::time::sleep;

use crate::error::code::Code;
use crate::error::error_builder::ErrorBuilder;

const NO_RUNTIME: &str = "there is no Tokio runtime here: await the call in `#[tokio::main] async fn main`, or inside \
                          `block_on` of a `tokio::runtime::Runtime`";
const NO_TIMERS: &str =
    "this Tokio runtime has no timers: build it with `enable_all()`, as `#[tokio::main]` does";

/// Whether calls can be made here: in a Tokio runtime that has timers. For a call's own work ahead of its request.
///
/// That timers are missing, Tokio says by a panic alone. It is caught here, but the panic hook, which by default prints
/// a message, has run by then; with `panic = "abort"` the program ends.
///
/// # Errors
/// [`Kind::Configuration`](crate::Kind::Configuration), with what to change.
pub fn require_runtime<C: Code>() -> Result<(), ErrorBuilder<C>> {
    if Handle::try_current().is_err() {
        return Err(ErrorBuilder::configuration(NO_RUNTIME));
    }
    catch_unwind(|| drop(sleep(Duration::ZERO))).map_err(|_| ErrorBuilder::configuration(NO_TIMERS))
}

#[cfg(feature = "reqwest")]
pub(crate) use io::or_without_io;

#[cfg(feature = "reqwest")]
mod io {
    use std::any::Any;
    use std::future::poll_fn;
    use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
    use std::pin::Pin;
    use std::task::Poll;

    use crate::error::transport::TransportError;

    const NO_IO: &str =
        "this Tokio runtime has no I/O: build it with `enable_all()`, as `#[tokio::main]` does";

    /// Does the work of a transport. That I/O is missing, Tokio says by a panic alone, too, at the first connection.
    pub(crate) fn or_without_io<T>(
        mut work: impl Future<Output = Result<T, TransportError>> + Unpin,
    ) -> impl Future<Output = Result<T, TransportError>> + Unpin {
        poll_fn(move |context| {
            let poll = AssertUnwindSafe(|| Pin::new(&mut work).poll(context));
            catch_unwind(poll).unwrap_or_else(|panic| {
                if is_about_io(&*panic) {
                    Poll::Ready(Err(TransportError::configuration(NO_IO)))
                } else {
                    resume_unwind(panic)
                }
            })
        })
    }

    fn is_about_io(panic: &(dyn Any + Send)) -> bool {
        let owned = panic.downcast_ref::<String>().map(String::as_str);
        let text = owned.or(panic.downcast_ref::<&str>().copied());
        text.is_some_and(|text| text.contains("IO is disabled"))
    }
}
