// `weft doctor`: reads a store that nothing else uses, and tells what is wrong with which document.
#pragma once

#include "kernel/doctor/copy_document.hpp"
#include "kernel/doctor/examination.hpp"
#include "kernel/doctor/progress.hpp"

#include <ostream>
#include <string>

namespace weft {

struct DoctorTask {
    std::string document;                 // only this one, and explain it; empty: all
    std::string export_folder;            // write documents there; empty: nowhere
    OfflineStore* repair_into = nullptr;  // copy what is sound there: an empty store
    TellTime tell_time;                   // of the store that is repaired into
    std::string text_root;                // as `crdt.text_root` says
};

/// Prints a line for each document that is not as it should be, and a summary. True: all were sound.
Result<bool> run_doctor(OfflineStore& store, const FindAlgorithm& algorithms,
                        const DoctorTask& task, std::ostream& out, Progress& progress);

}  // namespace weft
