#include <sys/resource.h>

#include <CLI/CLI.hpp>
#include <charconv>
#include <exception>
#include <fstream>
#include <functional>
#include <iostream>
#include <random>
#include <stdexcept>
#include <string>

#include "scenarios.hpp"

namespace weft::bench {

namespace {

/// The command line as it was typed.
struct Arguments {
    std::string url, document, json_file;
    pid_t server_pid = 0;
    bool server_children = false;
    double deliveries_per_second = 0;
    Setting setting;
    TrafficOptions fanout, documents;
    IngestOptions ingest;
    JoinOptions join;
    ConnectOptions connect;
    IdleOptions idle;
};

using Scenario = std::function<Outcome(const Setting&)>;

constexpr const char* description =
    "Puts load on a y-websocket server and checks every delivery.\n\n"
    "Writers type runs of text as valid Yjs updates; every other client of the document must "
    "receive each insert exactly\n"
    "as it was typed. Latency counts from the moment an insert was due, so a server that stalls "
    "cannot hide it. Whatever\n"
    "is missing at the end makes the exit code 1. A table goes to the standard error, JSON to the "
    "standard output.\n";

constexpr const char* examples =
    "\nExamples\n"
    "  weft-load --url http://127.0.0.1:8000 fanout --rate 10000          latency at 10,000 "
    "deliveries/s to 100 readers\n"
    "  weft-load --url http://127.0.0.1:8000 --server-pid 4711 fanout     the highest rate with a "
    "p99 under 100 ms\n"
    "  weft-load --url http://127.0.0.1:8000 documents --documents 500 --writers 2\n"
    "  weft-load --url http://127.0.0.1:8000 --sources 4 connect --connections 60000 --documents "
    "5000\n";

/// Takes http:// or ws://, an IPv4 address or localhost, a port and nothing else.
Target parse_url(const std::string& url, std::uint32_t sources) {
    const auto scheme = url.find("://");
    auto rest = scheme == std::string::npos ? url : url.substr(scheme + 3);
    rest = rest.substr(0, rest.find('/'));
    const auto colon = rest.find(':');
    if (colon == std::string::npos) {
        throw std::runtime_error("--url " + url +
                                 " names no port; it looks like http://127.0.0.1:8000");
    }
    const auto digits = rest.substr(colon + 1);
    std::uint16_t port = 0;
    const auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), port);
    if (parsed.ec != std::errc{} || parsed.ptr != digits.data() + digits.size()) {
        throw std::runtime_error("--url " + url + ": '" + digits + "' is no port");
    }
    Target target;
    target.host = rest.substr(0, colon) == "localhost" ? "127.0.0.1" : rest.substr(0, colon);
    target.port = port;
    target.sources = sources;
    return target;
}

void add_common_options(CLI::App& app, Arguments& arguments) {
    app.add_option("--url", arguments.url, "Where the server listens: http://ADDRESS:PORT")
        ->required();
    app.add_option("--server-pid", arguments.server_pid,
                   "Process whose CPU time and memory are reported");
    app.add_flag("--server-children", arguments.server_children,
                 "Count the processes below it too");
    app.add_option("--document", arguments.document,
                   "Name of the document, or its beginning (default: a fresh one)");
    app.add_option("--seed", arguments.setting.seed, "Seed of client ids (default: random)");
    app.add_option(
           "--sources", arguments.setting.target.sources,
           "Connect from 127.0.0.1 up to 127.0.0.N in turn; one address has about 28,000 ports")
        ->check(CLI::Range(1, 250));
    app.add_option("--timeout", arguments.setting.timeout_seconds,
                   "Seconds for connecting, and for the last delivery to arrive")
        ->capture_default_str();
    app.add_option("--json", arguments.json_file, "Write the JSON here (default: standard output)");
}

void add_traffic_options(CLI::App& command, TrafficOptions& options) {
    command
        .add_option("--knee-start", options.knee_start, "Updates/s of the first step of the search")
        ->capture_default_str()
        ->check(CLI::PositiveNumber);
    command.add_option("--knee-limit", options.knee_limit_ms, "The p99 in ms that is still good")
        ->capture_default_str();
    command.add_option("--seconds", options.seconds, "Length of a measured step")
        ->capture_default_str();
    command.add_option("--warm-up", options.warm_up_seconds, "Seconds at the same rate before it")
        ->capture_default_str();
    command.add_option("--characters", options.shape.characters, "Characters an insert")
        ->capture_default_str()
        ->check(CLI::Range(1, 4096));
}

void add_fanout(CLI::App& app, Arguments& arguments) {
    auto* command = app.add_subcommand("fanout", "One document: few writers, many readers");
    auto& options = arguments.fanout;
    command->add_option("--readers", options.shape.readers, "Connections that only read")
        ->capture_default_str();
    command->add_option("--writers", options.shape.writers, "Connections that type")
        ->capture_default_str()
        ->check(CLI::PositiveNumber);
    command
        ->add_option("--rate", arguments.deliveries_per_second,
                     "Deliveries/s of one fixed step instead of the search")
        ->check(CLI::PositiveNumber);
    add_traffic_options(*command, options);
}

void add_documents(CLI::App& app, Arguments& arguments) {
    auto* command = app.add_subcommand(
        "documents", "Many documents, each with a few writers who read each other");
    auto& options = arguments.documents;
    options.shape = {500, 2, 0, 17};
    options.knee_start = 2000;
    command->add_option("--documents", options.shape.documents, "Documents")
        ->capture_default_str()
        ->check(CLI::PositiveNumber);
    command->add_option("--writers", options.shape.writers, "Writers of each")
        ->capture_default_str()
        ->check(CLI::Range(2, 10000));
    command
        ->add_option("--rate", options.updates_per_second,
                     "Updates/s of one fixed step instead of the search")
        ->check(CLI::PositiveNumber);
    add_traffic_options(*command, options);
}

void add_ingest(CLI::App& app, Arguments& arguments) {
    auto* command = app.add_subcommand(
        "ingest", "One client sends one-edit updates as fast as the server takes them");
    command->add_option("--updates", arguments.ingest.updates, "How many")
        ->capture_default_str()
        ->check(CLI::PositiveNumber);
    command->add_option("--characters", arguments.ingest.characters, "Characters an insert")
        ->capture_default_str()
        ->check(CLI::Range(1, 4096));
}

void add_join(CLI::App& app, Arguments& arguments) {
    auto* command = app.add_subcommand("join", "Newcomers load one large document");
    auto& options = arguments.join;
    command
        ->add_option("--pieces", options.pieces,
                     "Inserts of the document, each inside the one before")
        ->capture_default_str()
        ->check(CLI::PositiveNumber);
    command->add_option("--characters", options.characters, "Characters of each")
        ->capture_default_str()
        ->check(CLI::Range(2, 4096));
    command->add_option("--joins", options.joins, "Newcomers one after another")
        ->capture_default_str();
    command->add_option("--storm", options.storm, "Newcomers at once")->capture_default_str();
}

void add_connect(CLI::App& app, Arguments& arguments) {
    auto* command =
        app.add_subcommand("connect", "Connections opened and synced per second; they stay open");
    auto& options = arguments.connect;
    command->add_option("--connections", options.connections, "How many")
        ->capture_default_str()
        ->check(CLI::PositiveNumber);
    command->add_option("--documents", options.documents, "Spread over so many empty documents")
        ->capture_default_str()
        ->check(CLI::PositiveNumber);
    command->add_option("--at-once", options.at_once, "How many may be on their way")
        ->capture_default_str()
        ->check(CLI::PositiveNumber);
}

void add_idle(CLI::App& app, Arguments& arguments) {
    auto* command = app.add_subcommand(
        "idle", "Memory of idle connections and empty documents (needs --server-pid)");
    auto& options = arguments.idle;
    command->add_option("--connections", options.connections, "Connections on one document")
        ->capture_default_str();
    command
        ->add_option("--documents", options.documents, "Then so many documents of one connection")
        ->capture_default_str();
}

Outcome run_scenario(const std::string& name, const Arguments& arguments) {
    const auto& setting = arguments.setting;
    if (name == "fanout") {
        auto options = arguments.fanout;
        options.updates_per_second =
            arguments.deliveries_per_second / options.shape.deliveries_per_update();
        return run_traffic(setting, options);
    }
    if (name == "documents") {
        return run_traffic(setting, arguments.documents);
    }
    if (name == "ingest") {
        return run_ingest(setting, arguments.ingest);
    }
    if (name == "idle" && !setting.server.present()) {
        throw std::runtime_error("idle measures the memory of the server: name its --server-pid");
    }
    if (name == "join") {
        return run_join(setting, arguments.join);
    }
    return name == "connect" ? run_connect(setting, arguments.connect)
                             : run_idle(setting, arguments.idle);
}

/// Every connection is a file: ask for as many as we may have.
void raise_file_limit() {
    rlimit limit{};
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
        limit.rlim_cur = limit.rlim_max;
        setrlimit(RLIMIT_NOFILE, &limit);
    }
}

void write_report(const nlohmann::ordered_json& report, const std::string& file) {
    const auto text = report.dump(2) + "\n";
    if (file.empty()) {
        std::cout << text;
        return;
    }
    std::ofstream out(file);
    out << text;
    if (!out.flush()) {
        throw std::runtime_error("cannot write " + file);
    }
}

int run(const std::string& scenario, Arguments& arguments) {
    raise_file_limit();
    auto& setting = arguments.setting;
    setting.target = parse_url(arguments.url, setting.target.sources);
    setting.server = ProcessMeter(arguments.server_pid, arguments.server_children
                                                            ? ProcessMeter::Scope::with_children
                                                            : ProcessMeter::Scope::process);
    setting.document =
        arguments.document.empty() ? "bench-" + std::to_string(setting.seed) : arguments.document;
    const auto outcome = run_scenario(scenario, arguments);
    const nlohmann::ordered_json report{
        {"scenario", scenario},      {"url", arguments.url}, {"document", setting.document},
        {"seed", setting.seed},      {"good", outcome.good}, {"failure", outcome.failure},
        {"figures", outcome.figures}};
    write_report(report, arguments.json_file);
    if (!outcome.good) {
        say("FAILED: " + (outcome.failure.empty()
                              ? "not everything that was sent arrived as it was typed"
                              : outcome.failure));
    }
    return outcome.good ? 0 : 1;
}

}  // namespace

}  // namespace weft::bench

int main(int argc, char** argv) {
    using namespace weft::bench;
    Arguments arguments;
    arguments.setting.seed = std::random_device{}();
    CLI::App app(description, "weft-load");
    app.footer(examples);
    app.require_subcommand(1);
    add_common_options(app, arguments);
    add_fanout(app, arguments);
    add_documents(app, arguments);
    add_ingest(app, arguments);
    add_join(app, arguments);
    add_connect(app, arguments);
    add_idle(app, arguments);
    CLI11_PARSE(app, argc, argv);
    try {
        return run(app.get_subcommands().front()->get_name(), arguments);
    } catch (const std::exception& error) {
        say(std::string("weft-load: ") + error.what());
        return 2;
    }
}
