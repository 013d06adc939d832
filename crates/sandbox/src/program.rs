//! The program: its flags, and what it does with them. `payvand sandbox` is the same.

mod data;
mod fault;
mod flags;
mod port_file;
mod shape;
mod signal;
mod welcome;

use std::io::{self, Write as _};
use std::net::SocketAddr;
use std::sync::Arc;

use payvand_sandbox::{RecordedRequest, Sandbox, SandboxBuilder};

pub use flags::Flags;
use flags::Output;
use port_file::PortFile;

/// Serves until Ctrl-C or SIGTERM.
pub fn run(flags: Flags, sandbox: SandboxBuilder) -> io::Result<()> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?
        .block_on(serve(Arc::new(flags), sandbox))
}

async fn serve(flags: Arc<Flags>, sandbox: SandboxBuilder) -> io::Result<()> {
    // Before anybody is told how to end it.
    let end = signal::end()?;
    let sandbox = match flags.output() {
        Output::Text => sandbox.observe(print_request),
        Output::Json | Output::Env => sandbox,
    };
    let sandbox = sandbox.start().await.map_err(|error| with_hint(&flags, error))?;
    let sandbox = Arc::new(sandbox);
    flags.set_up(&sandbox);
    put_back_after_reset(&flags, &sandbox);
    let port_file = flags.port_file();
    let _port_file = port_file
        .map(|path| PortFile::write(path, sandbox.address().port()))
        .transpose()?;
    // Whoever reads this may have gone; the sandbox serves on.
    let _ = welcome::print(&flags, &sandbox);
    end.await;
    sandbox.stop().await;
    Ok(())
}

/// What the flags have set up is there again after a reset by the admin API.
fn put_back_after_reset(flags: &Arc<Flags>, sandbox: &Arc<Sandbox>) {
    let (flags, weak) = (Arc::clone(flags), Arc::downgrade(sandbox));
    sandbox.after_reset(move || {
        if let Some(sandbox) = weak.upgrade() {
            flags.set_up(&sandbox);
        }
    });
}

fn with_hint(flags: &Flags, error: io::Error) -> io::Error {
    if error.kind() != io::ErrorKind::AddrInUse {
        return error;
    }
    let ip = flags.listen().ip();
    let hint = format!(
        "{error}\n  tip: --listen {} takes a free port",
        SocketAddr::new(ip, 0)
    );
    io::Error::new(error.kind(), hint)
}

/// The path only: a query may hold a token.
fn print_request(request: &RecordedRequest) {
    let outcome = request
        .status()
        .map_or("no answer".to_owned(), |status| status.as_u16().to_string());
    let _ = writeln!(
        io::stdout(),
        "  {} {} {outcome}",
        request.method(),
        request.path()
    );
}
