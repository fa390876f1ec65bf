//! The routes of the control surface, and the list of them.

use std::sync::Arc;

use axum::Router;
use axum::routing::{MethodRouter, get};
use serde_json::json;

use super::answer;
use crate::answer::Answer;
use crate::app::App;

/// A router that knows its paths: the document is held to the list, so no route is forgotten there.
pub(super) struct Routes {
    router: Router<Arc<App>>,
    paths: Vec<&'static str>,
}

impl Routes {
    pub(super) fn new() -> Self {
        Self {
            router: Router::new(),
            paths: Vec::new(),
        }
    }

    pub(super) fn route(mut self, path: &'static str, run: MethodRouter<Arc<App>>) -> Self {
        self.paths.push(path);
        self.router = self.router.route(path, run);
        self
    }

    pub(super) fn merge(mut self, other: Self) -> Self {
        self.paths.extend(other.paths);
        self.router = self.router.merge(other.router);
        self
    }

    /// All of them, and one more that lists them.
    pub(super) fn listed(mut self, at: &'static str) -> Router<Arc<App>> {
        self.paths.push(at);
        self.paths.sort_unstable();
        let paths = self.paths;
        let list = async move || {
            answer(|| {
                Answer::ok(&json!({ "document": "/_simulator/openapi.yaml", "paths": paths }))
            })
        };
        self.router.route(at, get(list))
    }
}
