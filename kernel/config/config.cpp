#include "kernel/config/config.hpp"

#include "kernel/config/mapping_reader.hpp"

#include <algorithm>
#include <set>

namespace weft {
namespace {

using namespace std::chrono_literals;
using Milliseconds = std::chrono::milliseconds;

constexpr std::uint64_t kib = 1024;
constexpr std::uint64_t mib = 1024 * kib;
constexpr std::uint64_t gib = 1024 * mib;
constexpr std::uint64_t tib = 1024 * gib;
constexpr Milliseconds day = 24h;

constexpr std::size_t file_bytes_max = mib;
constexpr std::uint32_t shards_max = 1024;
constexpr std::size_t node_name_bytes_max = 64;
constexpr std::size_t document_name_bytes_max = 512;

bool is_lower_or_digit(char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

/// The rule of weft_add_plugin: the name is a file name and a YAML key.
bool is_plugin_name(std::string_view name) {
    return !name.empty() && name[0] >= 'a' && name[0] <= 'z' &&
           std::ranges::all_of(name,
                               [](char c) { return is_lower_or_digit(c) || c == '_' || c == '-'; });
}

bool is_node_name(std::string_view name) {
    return !name.empty() && name.size() <= node_name_bytes_max &&
           std::ranges::all_of(name, [](char c) {
               return is_lower_or_digit(c) || (c >= 'A' && c <= 'Z') || c == '_' || c == '-' ||
                      c == '.';
           });
}

/// A scheme and a host, perhaps a port, and nothing behind: all that a browser tells of a page's site.
bool is_origin(std::string_view text) {
    const std::string_view scheme = text.starts_with("https://")  ? "https://"
                                    : text.starts_with("http://") ? "http://"
                                                                  : "";
    const std::string_view host = text.substr(scheme.size());
    return !scheme.empty() && !host.empty() && std::ranges::all_of(host, [](char c) {
        return is_lower_or_digit(c) || std::string_view("-.:[]").find(c) != std::string_view::npos;
    });
}

class ConfigReader {
public:
    explicit ConfigReader(const ConfigRequest& request)
        : request_(request), context_{request.environment, {}, {}} {}

    ConfigReading read() {
        config_.source = request_.source;
        config_.plugins.path = request_.plugin_folders;
        if (const YamlPtr root = parse()) {
            read_root(root);
        }
        config_.places = std::move(context_.places);
        return {std::move(config_), lines()};
    }

private:
    /// The tree of the file with all --set in it; null when the file is no YAML. A setting that is wrong is reported and left out.
    YamlPtr parse() {
        if (request_.text.size() > file_bytes_max) {
            context_.errors.push_back(
                {whole_file(), "", fmt::format("is larger than {}", format_size(file_bytes_max))});
            return nullptr;
        }
        auto parsed = parse_yaml(request_.text, request_.source);
        if (auto* error = std::get_if<ConfigError>(&parsed)) {
            context_.errors.push_back(std::move(*error));
            return nullptr;
        }
        YamlPtr root = std::get<YamlPtr>(std::move(parsed));
        for (std::size_t i = 0; i < request_.settings.size(); ++i) {
            auto changed =
                apply_setting(root, request_.settings[i], fmt::format("--set {}", i + 1));
            if (auto* error = std::get_if<ConfigError>(&changed)) {
                context_.errors.push_back(std::move(*error));
            } else {
                root = std::get<YamlPtr>(std::move(changed));
            }
        }
        return root;
    }

    void read_root(const YamlPtr& written) {
        MappingReader root(context_, with_shipped_plugins(written), "");
        if (!root.is_mapping()) {
            return;
        }
        read_node(root.section("node"));
        read_kernel(root.section("kernel"));
        read_plugin_folders(root.section("plugins"));
        root.read("durability", config_.durability,
                  {{"strict", DurabilityPromise::strict}, {"relaxed", DurabilityPromise::relaxed}});
        read_transports(root);
        read_crdt(root.section("crdt"));
        config_.bus = read_use(root.section("bus"));
        config_.storage = read_use(root.section("storage"));
        read_http(root.section("http"));
        read_sections(root);
        root.finish();
    }

    /// Which plugins are the default ones is said by the YAML that this program was shipped with, and by no code.
    static YamlPtr with_shipped_plugins(const YamlPtr& written) {
        const auto shipped = parse_yaml(builtin_config(), "built-in weft.yaml");
        const auto* defaults = std::get_if<YamlPtr>(&shipped);
        if (defaults == nullptr) {
            return written;
        }
        YamlPtr node = written;
        for (const std::string_view key : {"transports", "bus", "storage"}) {
            node = with_default(node, key, **defaults);
        }
        const YamlEntry* crdt = node->find("crdt");
        const YamlEntry* shipped_crdt = (*defaults)->find("crdt");
        if (crdt == nullptr || shipped_crdt == nullptr) {
            return with_default(node, "crdt", **defaults);
        }
        auto changed = std::make_shared<YamlNode>(*node);
        for (YamlEntry& entry : changed->entries) {
            if (&entry - changed->entries.data() == crdt - node->entries.data()) {
                entry.value = with_default(entry.value, "default", *shipped_crdt->value);
            }
        }
        return changed;
    }

    /// `node` with the entry `key` of `defaults`, unless it has one. What is no mapping stays as it is.
    static YamlPtr with_default(const YamlPtr& node, std::string_view key,
                                const YamlNode& defaults) {
        const YamlEntry* shipped = defaults.find(key);
        const bool is_mapping =
            node->kind == YamlNode::Kind::mapping || node->kind == YamlNode::Kind::null;
        if (!is_mapping || shipped == nullptr || node->find(key) != nullptr) {
            return node;
        }
        auto changed = std::make_shared<YamlNode>(*node);
        changed->kind = YamlNode::Kind::mapping;
        changed->entries.push_back(*shipped);
        return changed;
    }

    void read_node(MappingReader node) {
        node.read("name", config_.node.name);
        if (!is_node_name(config_.node.name)) {
            node.refuse(
                "name",
                fmt::format("wants 1 to {} letters, digits, \".\", \"_\" or \"-\", is \"{}\"",
                            node_name_bytes_max, printable(config_.node.name)));
        }
        node.finish();
    }

    void read_kernel(MappingReader kernel) {
        if (kernel.text("shards").value_or("auto") != "auto") {
            std::uint64_t shards = 0;
            kernel.read("shards", shards, {1, shards_max});
            config_.kernel.shards = static_cast<std::uint32_t>(shards);
        }
        kernel.finish();
    }

    void read_plugin_folders(MappingReader plugins) {
        if (plugins.has("path")) {
            std::vector<std::filesystem::path> folders;
            const auto items = plugins.list("path");
            for (std::size_t i = 0; i < items.size(); ++i) {
                if (auto text = item_text(*items[i], fmt::format("plugins.path.{}", i),
                                          "the path of a folder")) {
                    folders.push_back((request_.folder / *text).lexically_normal());
                }
            }
            config_.plugins.path = std::move(folders);
        }
        plugins.finish();
    }

    void read_transports(MappingReader& root) {
        const auto items = root.list("transports");
        if (items.empty() && !is_reported("transports")) {
            root.refuse("transports", "wants at least one transport, or nobody can connect");
        }
        for (std::size_t i = 0; i < items.size(); ++i) {
            config_.transports.push_back(read_use(root.entry("transports", i, items[i])));
        }
    }

    void read_crdt(MappingReader crdt) {
        read_plugin_name(crdt, "default", config_.crdt.default_plugin);
        const auto rules = crdt.list("by_name");
        for (std::size_t i = 0; i < rules.size(); ++i) {
            read_by_name(crdt.entry("by_name", i, rules[i]));
        }
        crdt.read("text_root", config_.crdt.text_root);
        MappingReader plugins = crdt.section("plugins");
        for (const std::string& name : plugins.keys()) {
            read_algorithm_options(plugins, name);
        }
        plugins.take_rest();
        plugins.finish();
        crdt.finish();
        add_algorithms_without_options(crdt);
    }

    void read_by_name(MappingReader rule) {
        Config::ByName by_name;
        by_name.match = required_text(rule, "match");
        if (by_name.match.size() > document_name_bytes_max) {
            rule.refuse("match",
                        fmt::format("is longer than a document's name, which is {} bytes at most",
                                    document_name_bytes_max));
        }
        by_name.plugin = required_text(rule, "plugin");
        check_plugin_name(rule, "plugin", by_name.plugin);
        by_name.where = where_of(rule, "plugin");
        rule.finish();
        config_.crdt.by_name.push_back(std::move(by_name));
    }

    void read_algorithm_options(MappingReader& plugins, const std::string& name) {
        if (!is_plugin_name(name)) {
            plugins.refuse(
                name,
                "wants the name of a plugin as key: lower case letters, digits, \"_\" and \"-\"");
            return;
        }
        MappingReader entry = plugins.section(name);
        PluginUse use;
        use.plugin = name;
        use.where = where_of(plugins, name);
        use.options = entry.take_rest();
        entry.finish();
        config_.crdt.plugins.push_back(std::move(use));
    }

    void add_algorithms_without_options(MappingReader& crdt) {
        const auto add = [&](const std::string& name, const std::string& where) {
            const bool is_there =
                std::ranges::find(config_.crdt.plugins, name, &PluginUse::plugin) !=
                config_.crdt.plugins.end();
            if (!is_there && !name.empty()) {
                config_.crdt.plugins.push_back({name, where, {{}, where}});
            }
        };
        add(config_.crdt.default_plugin, where_of(crdt, "default"));
        for (const Config::ByName& rule : config_.crdt.by_name) {
            add(rule.plugin, rule.where);
        }
    }

    void read_http(MappingReader http) {
        const auto items = http.list("cors");
        for (std::size_t i = 0; i < items.size(); ++i) {
            const std::string path = fmt::format("http.cors.{}", i);
            auto origin = item_text(*items[i], path, "an origin");
            if (origin && !is_origin(*origin)) {
                context_.errors.push_back(
                    {items[i]->place, path,
                     fmt::format("wants an origin as browsers send it, such as "
                                 "\"https://app.example\" or \"http://127.0.0.1:5173\", is \"{}\"",
                                 printable(*origin))});
            } else if (origin) {
                config_.http.cors.push_back(std::move(*origin));
            }
        }
        http.finish();
    }

    void read_sections(MappingReader& root) {
        MappingReader commit = root.section("commit");
        commit.read("flush_interval", config_.commit.flush_interval, {1ms, 1min});
        commit.finish();

        MappingReader compaction = root.section("compaction");
        compaction.read("updates", config_.compaction.updates, {1, 1'000'000});
        compaction.read("idle", config_.compaction.idle, {1s, day});
        compaction.finish();

        MappingReader versions = root.section("versions");
        versions.read("quiet", config_.versions.quiet, {0ms, 30 * day});
        versions.read("interval", config_.versions.interval, {1min, 365 * day});
        versions.read("keep_all", config_.versions.keep_all, {1min, 36'500 * day});
        versions.read("keep_hourly", config_.versions.keep_hourly, {1min, 36'500 * day});
        versions.read("keep_daily", config_.versions.keep_daily, {1min, 36'500 * day});
        versions.finish();

        MappingReader documents = root.section("documents");
        documents.read("idle", config_.documents.idle, {1s, 30 * day});
        documents.read_size("memory", config_.documents.memory_bytes, {16 * mib, 64 * tib});
        documents.finish();

        MappingReader limits = root.section("limits");
        limits.read_size("message", config_.limits.message_bytes, {kib, gib});
        limits.read_size("document", config_.limits.document_bytes, {kib, 64 * gib});
        limits.read_size("parked", config_.limits.parked_bytes, {kib, gib});
        limits.read("connections", config_.limits.connections, {1, 10'000'000});
        limits.finish();

        MappingReader drain = root.section("drain");
        drain.read("timeout", config_.drain.timeout, {0ms, 1h});
        drain.read("spread", config_.drain.spread, {0ms, 10min});
        drain.finish();

        MappingReader deleted = root.section("deleted");
        deleted.read("keep", config_.deleted.keep, {0ms, 36'500 * day});
        deleted.finish();

        MappingReader log = root.section("log");
        log.read("level", config_.log.level,
                 {{"debug", LogLevel::debug},
                  {"info", LogLevel::info},
                  {"warning", LogLevel::warning},
                  {"error", LogLevel::error}});
        log.read("format", config_.log.format,
                 {{"text", LogFormat::text}, {"json", LogFormat::json}});
        log.finish();
    }

    /// A mapping of `plugin` and that plugin's options.
    PluginUse read_use(MappingReader entry) {
        PluginUse use;
        use.plugin = required_text(entry, "plugin");
        check_plugin_name(entry, "plugin", use.plugin);
        use.where = where_of(entry, "plugin");
        use.options = entry.take_rest();
        entry.finish();
        return use;
    }

    std::string required_text(MappingReader& entry, std::string_view key) {
        auto value = entry.text(key);
        if (entry.is_mapping() && !entry.has(key)) {
            entry.refuse("", fmt::format("has no \"{}\"", key));
        } else if (value && value->empty()) {
            entry.refuse(key, "is empty");
        }
        return value.value_or("");
    }

    void read_plugin_name(MappingReader& mapping, std::string_view key, std::string& name) {
        mapping.read(key, name);
        if (name.empty() && mapping.is_mapping() && !is_reported(mapping.path_of(key))) {
            mapping.refuse(key, "is empty");
        }
        check_plugin_name(mapping, key, name);
    }

    /// Leaves `name` empty when it cannot be one.
    void check_plugin_name(MappingReader& mapping, std::string_view key, std::string& name) {
        if (!name.empty() && !is_plugin_name(name)) {
            mapping.refuse(key, fmt::format("wants the name of a plugin (lower case letters, "
                                            "digits, \"_\" and \"-\"), is \"{}\"",
                                            printable(name)));
            name.clear();
        }
    }

    std::optional<std::string> item_text(const YamlNode& item, std::string path,
                                         std::string_view what) {
        const auto fail = [&](std::string message) {
            context_.errors.push_back({item.place, path, std::move(message)});
            return std::nullopt;
        };
        if (item.kind != YamlNode::Kind::scalar || item.text.empty()) {
            return fail(fmt::format("wants {}", what));
        }
        auto expanded = expand_variables(item.text, request_.environment);
        if (!expanded) {
            return fail(expanded.error().message);
        }
        return std::move(*expanded);
    }

    std::string where_of(const MappingReader& mapping, std::string_view key) const {
        const std::string path = mapping.path_of(key);
        const auto place = context_.places.find(path);
        return place == context_.places.end() ? fmt::format("{}: {}", request_.source, path)
                                              : place->second;
    }

    bool is_reported(std::string_view key) const {
        return std::ranges::find(context_.errors, key, &ConfigError::key) != context_.errors.end();
    }

    Place whole_file() const {
        return {std::make_shared<const std::string>(request_.source), 0, 0};
    }

    std::vector<std::string> lines() {
        std::ranges::stable_sort(context_.errors, [](const ConfigError& a, const ConfigError& b) {
            return a.place.before(b.place);
        });
        std::vector<std::string> lines;
        for (const ConfigError& error : context_.errors) {
            lines.push_back(error.text());
        }
        return lines;
    }

    const ConfigRequest& request_;
    ReadingContext context_;
    Config config_;
};

}  // namespace

const std::string& Config::Crdt::plugin_for(std::string_view document) const {
    for (const ByName& rule : by_name) {
        if (glob_matches(rule.match, document)) {
            return rule.plugin;
        }
    }
    return default_plugin;
}

std::string Config::where(std::string_view key) const {
    const auto place = places.find(std::string(key));
    return place == places.end() ? fmt::format("{}: {}", source, key) : place->second;
}

ConfigReading read_config(const ConfigRequest& request) {
    return ConfigReader(request).read();
}

}  // namespace weft
