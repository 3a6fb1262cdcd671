// The rows of the comparison: each times one kind of work on one trace and verifies what came out.
#pragma once

#include "clock.hpp"
#include "trace.hpp"

#include <filesystem>
#include <string>

namespace weft::bench {

struct Task {
    std::string row;        // "apply"
    std::size_t count = 0;  // of `merge`: how many updates
    unsigned times = 1;     // the trace so many times over, each behind the one before
    Milliseconds budget = 1000;
    std::filesystem::path folder;
};

/// Runs one row and prints its lines of JSON. Throws std::runtime_error when it measured something else than it says:
/// a text that is not the trace's, an update that was refused.
void run_row(const Crdt& crdt, const Task& task);

/// The rows of which `times` may be over one: what costs more the longer a document lives.
void run_long_row(const Crdt& crdt, const Task& task);

}  // namespace weft::bench
