//! The REST API: the real router on a real index, every answer held against the OpenAPI document.

mod admin;
mod applications;
mod auth;
mod bounds;
mod import;
mod isolation;
mod matches;
mod offers;
mod privacy;
mod profiles;
mod readings;
mod schemas;
mod serving;
mod support;
mod tasks;
mod texts;
