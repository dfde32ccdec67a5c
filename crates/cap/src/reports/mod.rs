//! Reports: training records merged into documents, and figures over cohorts.
