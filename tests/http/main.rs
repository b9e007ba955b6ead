//! The REST API: the real router on a real index, every answer held against the OpenAPI document.

mod applications;
mod auth;
mod isolation;
mod profiles;
mod schemas;
mod support;
mod texts;
