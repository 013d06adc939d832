//! Programs that put the clients beside other libraries; see `examples`.
