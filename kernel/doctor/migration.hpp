// `weft migrate`: all documents of one store to another.
#pragma once

#include "kernel/doctor/copy_document.hpp"
#include "kernel/doctor/examination.hpp"
#include "kernel/doctor/progress.hpp"

#include <ostream>
#include <string>

namespace weft {

struct MigrationTask {
    std::string text_root;  // as `crdt.text_root` says
    TellTime tell_time;
};

/// Prints a line for each document that could not be copied, and a summary. True: all are there, and proved. Goes on where an earlier
/// one was interrupted, and proves again what that one copied.
Result<bool> run_migration(OfflineStore& from, OfflineStore& to, const FindAlgorithm& algorithms,
                           const MigrationTask& task, std::ostream& out, Progress& progress);

}  // namespace weft
