//! The REST API: the real router on a real index, every answer held against the OpenAPI document.

mod auth;
mod isolation;
mod schemas;
mod support;
