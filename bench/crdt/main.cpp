// weft-crdt-bench: times one row of the CRDT comparison on one prepared trace. bench/run crdt calls it, and its peers.
#include "algorithm.hpp"
#include "rows.hpp"

#include <CLI/CLI.hpp>

#include <cstdio>
#include <exception>

namespace {

int run(int argc, char** argv) {
    weft::bench::Task task;
    std::filesystem::path plugin;
    std::string row;
    CLI::App app(
        "Times one row of the CRDT comparison on one prepared trace and prints JSON lines.");
    app.add_option("row", row,
                   "local, local-updates, transaction, apply, load, encode, merge:COUNT or memory")
        ->required();
    app.add_option("folder", task.folder, "edits.json, messages.bin and state.bin of a trace")
        ->required();
    app.add_option("budget", task.budget, "Milliseconds to repeat in; 0: once");
    app.add_option("--times", task.times, "The trace so many times over");
    app.add_option("--plugin", plugin, "A crdt plugin's .so instead of the engine linked in");
    CLI11_PARSE(app, argc, argv);

    const std::size_t colon = row.find(':');
    task.row = row.substr(0, colon);
    task.count = colon == std::string::npos ? 0 : std::stoul(row.substr(colon + 1));
    const auto algorithm =
        plugin.empty() ? weft::bench::linked_yjs() : weft::bench::open_plugin_file(plugin);
    (task.times > 1 ? weft::bench::run_long_row : weft::bench::run_row)(algorithm->crdt(), task);
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    try {
        return run(argc, argv);
    } catch (const std::exception& failure) {
        std::fprintf(stderr, "weft-crdt-bench: %s\n", failure.what());
        return 1;
    }
}
