#include "kernel/config/yaml_tree.hpp"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include <fmt/format.h>

#include <map>
#include <optional>
#include <sstream>
#include <tuple>

namespace weft {
namespace {

/// Thrown out of the parser's callbacks and caught in `parse_yaml`.
struct Refused {
    ConfigError error;
};

/// Builds the tree from the parser's events rather than from its own nodes: those have forgotten duplicate keys.
class TreeBuilder final : public YAML::EventHandler {
public:
    TreeBuilder(std::string source, bool has_lines)
        : source_(std::make_shared<const std::string>(std::move(source))), has_lines_(has_lines) {}

    void OnDocumentStart(const YAML::Mark& mark) override {
        if (root_) {
            refuse(mark, "a second document begins here (---); a configuration is one document");
        }
    }
    void OnDocumentEnd() override {}

    void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
        add(make(YamlNode::Kind::null, mark), anchor);
    }

    void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
        const auto found = anchors_.find(anchor);
        if (found == anchors_.end()) {
            refuse(mark, "this alias stands inside its own anchor");
        }
        attach(found->second, mark);
    }

    void OnScalar(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                  const std::string& value) override {
        auto node = make(YamlNode::Kind::scalar, mark);
        node->text = value;
        add(std::move(node), anchor);
    }

    void OnSequenceStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                         YAML::EmitterStyle::value) override {
        open_.push_back({make(YamlNode::Kind::list, mark), anchor, mark, std::nullopt});
    }
    void OnSequenceEnd() override { close(); }

    void OnMapStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                    YAML::EmitterStyle::value) override {
        open_.push_back({make(YamlNode::Kind::mapping, mark), anchor, mark, std::nullopt});
    }
    void OnMapEnd() override { close(); }

    Place place(const YAML::Mark& mark) const {
        if (!has_lines_ || mark.is_null()) {
            return {source_, 0, 0};
        }
        return {source_, static_cast<std::uint32_t>(mark.line + 1),
                static_cast<std::uint32_t>(mark.column + 1)};
    }

    YamlPtr root() const { return root_ ? root_ : nothing_at(place(YAML::Mark::null_mark())); }

private:
    struct Open {
        std::shared_ptr<YamlNode> node;
        YAML::anchor_t anchor;
        YAML::Mark mark;
        std::optional<YamlEntry> key;  // in a mapping: the key whose value comes next
    };

    std::shared_ptr<YamlNode> make(YamlNode::Kind kind, const YAML::Mark& mark) const {
        auto node = std::make_shared<YamlNode>();
        node->kind = kind;
        node->place = place(mark);
        return node;
    }

    [[noreturn]] void refuse(const YAML::Mark& mark, std::string message) const {
        throw Refused{{place(mark), "", std::move(message)}};
    }

    void add(YamlPtr node, YAML::anchor_t anchor) {
        add_at(std::move(node), anchor, YAML::Mark::null_mark());
    }

    void add_at(YamlPtr node, YAML::anchor_t anchor, const YAML::Mark& mark) {
        if (anchor != YAML::NullAnchor) {
            anchors_[anchor] = node;
        }
        attach(std::move(node), mark);
    }

    void close() {
        Open done = std::move(open_.back());
        open_.pop_back();
        add_at(std::move(done.node), done.anchor, done.mark);
    }

    void attach(YamlPtr node, const YAML::Mark& mark) {
        if (open_.empty()) {
            root_ = std::move(node);
            return;
        }
        Open& parent = open_.back();
        if (parent.node->kind == YamlNode::Kind::list) {
            parent.node->items.push_back(std::move(node));
        } else if (!parent.key) {
            if (node->kind != YamlNode::Kind::scalar) {
                throw Refused{
                    {mark.is_null() ? node->place : place(mark), "", "a key must be plain text"}};
            }
            parent.key = YamlEntry{node->text, node->place, nullptr};
        } else {
            parent.key->value = std::move(node);
            parent.node->entries.push_back(std::move(*parent.key));
            parent.key.reset();
        }
    }

    std::shared_ptr<const std::string> source_;
    bool has_lines_;
    YamlPtr root_;
    std::vector<Open> open_;
    std::map<YAML::anchor_t, YamlPtr>
        anchors_;  // of finished nodes: an unfinished one would contain itself
};

}  // namespace

std::string Place::text() const {
    return line == 0 ? *source : fmt::format("{}:{}:{}", *source, line, column);
}

bool Place::before(const Place& other) const {
    return std::tuple(line == 0, line, column) <
           std::tuple(other.line == 0, other.line, other.column);
}

std::string ConfigError::text() const {
    return key.empty() ? fmt::format("{}: {}", place.text(), message)
                       : fmt::format("{}: {}: {}", place.text(), printable(key), message);
}

YamlPtr nothing_at(Place place) {
    auto node = std::make_shared<YamlNode>();
    node->place = std::move(place);
    return node;
}

const YamlEntry* YamlNode::find(std::string_view key) const {
    for (const YamlEntry& entry : entries) {
        if (entry.key == key) {
            return &entry;
        }
    }
    return nullptr;
}

std::variant<YamlPtr, ConfigError> parse_yaml(std::string_view text, std::string source,
                                              bool has_lines) {
    TreeBuilder builder(std::move(source), has_lines);
    try {
        std::istringstream in{std::string(text)};
        YAML::Parser parser(in);
        while (parser.HandleNextDocument(builder)) {}
        return builder.root();
    } catch (const Refused& refused) {
        return refused.error;
    } catch (const YAML::Exception& error) {
        return ConfigError{builder.place(error.mark), "",
                           "not valid YAML: " + printable(error.msg)};
    } catch (const std::exception& error) {
        return ConfigError{builder.place(YAML::Mark::null_mark()), "",
                           "not valid YAML: " + printable(error.what())};
    }
}

std::string printable(std::string_view text) {
    constexpr std::size_t shown_max = 200;
    std::string out;
    for (const char c : text.substr(0, shown_max)) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte < 0x20 || byte == 0x7f) {
            out += fmt::format("\\x{:02x}", byte);
        } else {
            out += c;
        }
    }
    return text.size() > shown_max ? out + "…" : out;
}

}  // namespace weft
