// The configuration as the program sees it: DESIGN's YAML with every default filled in, every value checked.
#pragma once

#include "kernel/config/values.hpp"
#include "kernel/host/plugin_options.hpp"
#include "kernel/log/log.hpp"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace weft {

/// One plugin instance that the YAML asks for.
struct PluginUse {
    std::string
        plugin;  // the name of the .so in its seam's folder; empty only beside an error about it
    std::string
        where;  // "config/weft.yaml:13:12: storage.plugin": the beginning of a message about the choice
    PluginOptions options;
};

enum class DurabilityPromise { strict, relaxed };

/// Members are named as in the YAML and stand in its order; `config/weft.yaml` says what each is for.
struct Config {
    struct Node {
        std::string name = "weft-1";
    };
    struct Kernel {
        std::uint32_t shards = 0;  // 0: auto, one per core
    };
    struct Plugins {
        std::vector<std::filesystem::path> path;  // searched in this order
    };
    struct ByName {
        std::string match;  // a glob on the document's name
        std::string plugin;
        std::string where;  // of the plugin's name
    };
    struct Crdt {
        std::string default_plugin;
        std::vector<ByName> by_name;  // the first match wins
        std::string text_root;
        std::vector<PluginUse>
            plugins;  // every algorithm that is named anywhere above or has options, each once

        /// The algorithm of a document that does not exist yet.
        const std::string& plugin_for(std::string_view document) const;
    };
    struct Http {
        std::vector<std::string> cors;  // origins, as browsers write them
    };
    struct Commit {
        std::chrono::milliseconds flush_interval{100};
    };
    struct Compaction {
        std::uint64_t updates = 500;
        std::chrono::milliseconds idle = std::chrono::seconds(30);
    };
    struct Versions {
        std::chrono::milliseconds quiet = std::chrono::minutes(10);  // 0: none by rule
        std::chrono::milliseconds interval = std::chrono::hours(1);
        std::chrono::milliseconds keep_all = std::chrono::hours(24);
        std::chrono::milliseconds keep_hourly = std::chrono::hours(24 * 7);
        std::chrono::milliseconds keep_daily = std::chrono::hours(24 * 90);
    };
    struct Documents {
        std::chrono::milliseconds idle = std::chrono::minutes(10);
        std::uint64_t memory_bytes = 2ULL << 30;
    };
    struct Limits {
        std::uint64_t message_bytes = 16ULL << 20;
        std::uint64_t document_bytes = 256ULL << 20;
        std::uint64_t parked_bytes = 4ULL << 20;
        std::uint64_t connections = 10'000;
    };
    struct Drain {
        std::chrono::milliseconds timeout = std::chrono::seconds(30);
        std::chrono::milliseconds spread = std::chrono::seconds(2);
    };
    struct Deleted {
        std::chrono::milliseconds keep = std::chrono::hours(24 * 90);
    };
    struct Logging {
        LogLevel level = LogLevel::info;
        LogFormat format = LogFormat::text;
    };

    Node node;
    Kernel kernel;
    Plugins plugins;
    DurabilityPromise durability = DurabilityPromise::strict;
    std::vector<PluginUse> transports;
    Crdt crdt;
    PluginUse bus;
    PluginUse storage;
    Http http;
    Commit commit;
    Compaction compaction;
    Versions versions;
    Documents documents;
    Limits limits;
    Drain drain;
    Deleted deleted;
    Logging log;

    /// Where a key stands, as the beginning of a message: "config/weft.yaml:4:13: durability". A key that was left out stands at the
    /// file as a whole: "config/weft.yaml: durability".
    std::string where(std::string_view key) const;

    std::string source;                         // the file as it was named
    std::map<std::string, std::string> places;  // of the keys that were written
};

/// What `read_config` starts from.
struct ConfigRequest {
    std::string source;                 // how messages call the file
    std::string text;                   // what stands in it
    std::vector<std::string> settings;  // --set, in the order given
    std::filesystem::path folder;       // what relative entries of plugins.path are relative to
    std::vector<std::filesystem::path> plugin_folders;  // plugins.path when the YAML has none
    Environment environment;
};

/// `config` is complete when `errors` is empty. Otherwise what could be read stands in it, so that plugins whose own part is sound
/// can be checked in the same run.
struct ConfigReading {
    Config config;
    std::vector<std::string> errors;  // one line each, in the order of the file
};

/// Reads and checks everything that can be checked without a plugin. Never throws because of what it reads.
ConfigReading read_config(const ConfigRequest& request);

/// `config` as YAML that reads back as the same configuration, except that values which look like secrets show as `***`.
std::string show_config(const Config& config);

/// The text of config/weft.yaml as it was when the program was built.
std::string_view builtin_config();

}  // namespace weft
