// weft-storage-bench: how many updates a store makes durable in a second, and how long each takes. `bench/run storage` calls it.
#include "append_load.hpp"
#include "bench/opened_plugin.hpp"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <cstdio>
#include <exception>

namespace {

int run(int argc, char** argv) {
    std::filesystem::path plugin;
    std::vector<std::string> options;
    weft::bench::AppendTask task;
    double seconds = 3;
    CLI::App app("Lets documents write to a store, each one update at a time, and prints a line of "
                 "JSON: updates that became durable in a "
                 "second, and the time from handing one over to its commit.");
    app.add_option("plugin", plugin, "The store: build/plugins/storage/sqlite.so")->required();
    app.add_option("--option", options, "KEY=VALUE for the plugin; may be repeated");
    app.add_option("--documents", task.documents, "That write at once");
    app.add_flag("--one-by-one", task.one_by_one,
                 "Hands the next update over only when the one before is committed");
    app.add_option("--bytes", task.bytes, "Of an update");
    app.add_option("--seconds", seconds, "To measure, behind half a second of warming up");
    app.add_option("--prefix", task.prefix, "Of the documents' names");
    CLI11_PARSE(app, argc, argv);

    task.duration = std::chrono::milliseconds(static_cast<std::int64_t>(seconds * 1000));
    weft::bench::OpenedPlugin store(plugin, options);
    const auto figures = weft::bench::AppendLoad(*store->storage(), task).run();
    const auto milliseconds = [&](double share) {
        return static_cast<double>(figures.latency.quantile(share)) / 1e6;
    };
    const nlohmann::json line = {{"updates_per_second", figures.updates_per_second},
                                 {"updates", figures.latency.count()},
                                 {"p50_ms", milliseconds(0.5)},
                                 {"p99_ms", milliseconds(0.99)}};
    std::puts(line.dump().c_str());
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    try {
        return run(argc, argv);
    } catch (const std::exception& failure) {
        std::fprintf(stderr, "weft-storage-bench: %s\n", failure.what());
        return 1;
    }
}
