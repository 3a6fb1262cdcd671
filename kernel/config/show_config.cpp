// `weft config show`: the configuration in force, written so that it can be read back.
#include "kernel/config/config.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

namespace weft {
namespace {

constexpr std::string_view hidden = "***";

/// In double quotes nothing is YAML but the escapes made here.
std::string in_quotes(std::string_view text) {
    std::string out = "\"";
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\') {
            out += '\\';
            out += c;
        } else if (byte < 0x20 || byte == 0x7f) {
            out += fmt::format("\\x{:02x}", byte);
        } else {
            out += c;
        }
    }
    return out + '"';
}

std::string shown_key(std::string_view key) {
    const bool is_plain =
        !key.empty() && key[0] >= 'a' && key[0] <= 'z' && std::ranges::all_of(key, [](char c) {
            return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
        });
    return is_plain ? std::string(key) : in_quotes(key);
}

bool contains_word(std::string_view key, std::initializer_list<std::string_view> words) {
    std::string lower(key);
    std::ranges::transform(lower, lower.begin(),
                           [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return std::ranges::any_of(
        words, [&](std::string_view word) { return lower.find(word) != std::string::npos; });
}

bool is_secret_key(std::string_view key) {
    return contains_word(key, {"password", "passwd", "passphrase", "secret", "token", "credential",
                               "private", "api_key", "apikey"});
}

/// `scheme://user:password@host`: the password goes, the rest says where the server would connect.
std::string hide_url_password(std::string text) {
    const auto authority = text.find("://");
    const auto at = authority == std::string::npos
                        ? authority
                        : text.find_last_of('@', text.find_first_of("/?#", authority + 3));
    const auto colon = at == std::string::npos ? at : text.find(':', authority + 3);
    if (colon != std::string::npos && colon < at) {
        text.replace(colon + 1, at - colon - 1, hidden);
    }
    return text;
}

/// `host=db password=… user=weft`, and the same as a query of an URL.
std::string hide_named_password(std::string text) {
    constexpr std::string_view name = "password=";
    for (auto at = text.find(name); at != std::string::npos;
         at = text.find(name, at + name.size())) {
        const auto begin = at + name.size();
        const bool is_quoted = begin < text.size() && text[begin] == '\'';
        auto end = is_quoted ? text.find('\'', begin + 1) : text.find_first_of(" &", begin);
        end = std::min(end, text.size());
        text.replace(begin, end - begin, hidden);
    }
    return text;
}

std::string shown_option(const PluginOptions::Value& value) {
    if (!value.is_scalar) {
        return "null";
    }
    return in_quotes(is_secret_key(value.key) ? std::string(hidden)
                                              : hide_named_password(hide_url_password(value.text)));
}

std::string shown_options(const PluginOptions& options, std::string first) {
    std::string out = std::move(first);
    for (const PluginOptions::Value& value : options.values) {
        out += fmt::format("{}{}: {}", out.empty() ? "" : ", ", shown_key(value.key),
                           shown_option(value));
    }
    return "{" + out + "}";
}

std::string shown_use(const PluginUse& use) {
    return shown_options(use.options, "plugin: " + use.plugin);
}

std::string shown_list(const std::vector<std::string>& items) {
    return "[" + fmt::format("{}", fmt::join(items, ", ")) + "]";
}

std::string shown_crdt(const Config::Crdt& crdt) {
    std::string out = fmt::format("crdt:\n  default: {}\n", crdt.default_plugin);
    std::vector<std::string> rules;
    for (const Config::ByName& rule : crdt.by_name) {
        rules.push_back(
            fmt::format("{{match: {}, plugin: {}}}", in_quotes(rule.match), rule.plugin));
    }
    out += fmt::format("  by_name: {}\n  text_root: {}\n  plugins:\n", shown_list(rules),
                       in_quotes(crdt.text_root));
    for (const PluginUse& use : crdt.plugins) {
        out += fmt::format("    {}: {}\n", use.plugin, shown_options(use.options, ""));
    }
    return out;
}

std::string_view level_name(LogLevel level) {
    switch (level) {
    case LogLevel::debug: return "debug";
    case LogLevel::info: return "info";
    case LogLevel::warning: return "warning";
    case LogLevel::error: break;
    }
    return "error";
}

std::string shown_numbers(const Config& config) {
    std::string out;
    out += fmt::format("commit: {{flush_interval: {}}}\n",
                       format_duration(config.commit.flush_interval));
    out += fmt::format("compaction: {{updates: {}, idle: {}}}\n", config.compaction.updates,
                       format_duration(config.compaction.idle));
    out += fmt::format(
        "versions: {{quiet: {}, interval: {}, keep_all: {}, keep_hourly: {}, keep_daily: {}}}\n",
        format_duration(config.versions.quiet), format_duration(config.versions.interval),
        format_duration(config.versions.keep_all), format_duration(config.versions.keep_hourly),
        format_duration(config.versions.keep_daily));
    out +=
        fmt::format("documents: {{idle: {}, memory: {}}}\n", format_duration(config.documents.idle),
                    format_size(config.documents.memory_bytes));
    out += fmt::format("limits: {{message: {}, document: {}, parked: {}, connections: {}}}\n",
                       format_size(config.limits.message_bytes),
                       format_size(config.limits.document_bytes),
                       format_size(config.limits.parked_bytes), config.limits.connections);
    out += fmt::format("drain: {{timeout: {}, spread: {}}}\n",
                       format_duration(config.drain.timeout), format_duration(config.drain.spread));
    out += fmt::format("deleted: {{keep: {}}}\n", format_duration(config.deleted.keep));
    out += fmt::format("log: {{level: {}, format: {}}}\n", level_name(config.log.level),
                       config.log.format == LogFormat::json ? "json" : "text");
    return out;
}

}  // namespace

std::string show_config(const Config& config) {
    std::vector<std::string> folders;
    for (const auto& folder : config.plugins.path) {
        folders.push_back(in_quotes(folder.string()));
    }
    std::string out = fmt::format("node: {{name: {}}}\n", in_quotes(config.node.name));
    out += config.kernel.shards == 0
               ? "kernel: {shards: auto}\n"
               : fmt::format("kernel: {{shards: {}}}\n", config.kernel.shards);
    out += fmt::format("plugins: {{path: {}}}\n", shown_list(folders));
    out += fmt::format("durability: {}\n",
                       config.durability == DurabilityPromise::strict ? "strict" : "relaxed");
    out += "transports:\n";
    for (const PluginUse& use : config.transports) {
        out += fmt::format("  - {}\n", shown_use(use));
    }
    out += shown_crdt(config.crdt);
    out += fmt::format("bus: {}\nstorage: {}\n", shown_use(config.bus), shown_use(config.storage));
    std::vector<std::string> origins;
    for (const std::string& origin : config.http.cors) {
        origins.push_back(in_quotes(origin));
    }
    out += fmt::format("http: {{cors: {}}}\n", shown_list(origins));
    return out + shown_numbers(config);
}

}  // namespace weft
