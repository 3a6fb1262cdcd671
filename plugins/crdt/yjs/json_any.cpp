#include "json_any.hpp"

#include "any_value.hpp"
#include "id.hpp"
#include "json_syntax.hpp"

#include <weft/json_text.hpp>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <optional>
#include <vector>

namespace weft::yjs {
namespace {

double number_of(const std::string& token) {
#ifdef __cpp_lib_to_chars
    double number = 0;
    if (std::from_chars(token.data(), token.data() + token.size(), number).ec == std::errc()) {
        return number;
    }
#endif
    return std::strtod(token.c_str(), nullptr);  // to infinity or to zero, too
}

/// A JSON text as a tree: an any-object tells how many members it has before them, and in which order is only known
/// when all of them were read.
class JsonTree {
public:
    explicit JsonTree(std::string_view json) : json_(json) {
        while (skip_separators()) {
            if (json_[at_] == ']' || json_[at_] == '}') {
                close();
                ++at_;
            } else {
                read_node();
            }
        }
    }

    void write(Writer& writer) const {
        std::vector<Handle> next{0};  // by depth: the node that is to be written next
        while (!next.empty()) {
            if (next.back() == none) {
                next.pop_back();
                continue;
            }
            const Node& node = nodes_[next.back()];
            next.back() = node.next;
            if (!node.key.empty()) {
                writer.varstring(json_string_value(node.key));
            }
            if (node.is_container()) {
                writer.u8(static_cast<std::uint8_t>(node.token[0] == '{' ? AnyTag::object
                                                                         : AnyTag::array));
                writer.varuint(node.count);
                next.push_back(node.first);
            } else {
                write_scalar(writer, node.token);
            }
        }
    }

private:
    struct Node {
        std::string_view key;    // of a member, in its quotes
        std::string_view token;  // a scalar, or a bracket
        Handle first = none;     // of a container's values
        Handle last = none;
        Handle next = none;  // the value after it in the same container
        std::uint32_t count = 0;

        bool is_container() const { return token[0] == '{' || token[0] == '['; }
    };

    struct Member {
        std::string key;
        std::optional<std::uint32_t> index;
        Handle node = none;
        std::uint32_t order = 0;  // of the first member with this key
    };

    /// False at the end of the text.
    bool skip_separators() {
        at_ = json_.find_first_not_of(" \t\r\n,:", at_);
        return at_ != std::string_view::npos;
    }

    std::string_view read_token() {
        const std::size_t from = at_;
        if (json_[at_] == '{' || json_[at_] == '[') {
            ++at_;
        } else if (json_[at_] == '"') {
            for (++at_; json_[at_] != '"'; ++at_) {
                at_ += json_[at_] == '\\' ? 1 : 0;
            }
            ++at_;
        } else {
            at_ = std::min(json_.find_first_of(" \t\r\n,]}", at_), json_.size());
        }
        return json_.substr(from, at_ - from);
    }

    void read_node() {
        Node node;
        if (!open_.empty() && nodes_[open_.back()].token[0] == '{') {
            node.key = read_token();
            skip_separators();
        }
        node.token = read_token();
        const auto handle = static_cast<Handle>(nodes_.size());
        nodes_.push_back(node);
        if (!open_.empty()) {
            append(nodes_[open_.back()], handle);
        }
        if (node.is_container()) {
            open_.push_back(handle);
        }
    }

    void append(Node& container, Handle node) {
        if (container.first == none) {
            container.first = node;
        } else {
            nodes_[container.last].next = node;
        }
        container.last = node;
        ++container.count;
    }

    void close() {
        Node& container = nodes_[open_.back()];
        open_.pop_back();
        if (container.token[0] == '{' && container.count > 1) {
            order_members(container);
        }
    }

    /// As an object of JavaScript holds them.
    void order_members(Node& object) {
        std::vector<Member> members;
        members.reserve(object.count);
        for (Handle node = object.first; node != none; node = nodes_[node].next) {
            std::string key = json_string_value(nodes_[node].key);
            const auto index = array_index(key);
            members.push_back(
                {std::move(key), index, node, static_cast<std::uint32_t>(members.size())});
        }
        keep_last_of_equal(members);
        std::sort(members.begin(), members.end(), [](const Member& a, const Member& b) {
            if (a.index.has_value() != b.index.has_value()) {
                return a.index.has_value();
            }
            return a.index.has_value() ? *a.index < *b.index : a.order < b.order;
        });
        object.first = none;
        object.count = 0;
        for (const Member& member : members) {
            nodes_[member.node].next = none;
            append(object, member.node);
        }
    }

    /// Of equal keys the place of the first and the value of the last.
    static void keep_last_of_equal(std::vector<Member>& members) {
        std::stable_sort(members.begin(), members.end(),
                         [](const Member& a, const Member& b) { return a.key < b.key; });
        std::size_t kept = 0;
        for (std::size_t i = 0; i < members.size(); ++i) {
            if (kept > 0 && members[kept - 1].key == members[i].key) {
                members[kept - 1].node = members[i].node;
            } else if (kept++ != i) {
                members[kept - 1] = std::move(members[i]);
            }
        }
        members.resize(kept);
    }

    static void write_scalar(Writer& writer, std::string_view token) {
        if (token[0] == '"') {
            writer.u8(static_cast<std::uint8_t>(AnyTag::string));
            return writer.varstring(json_string_value(token));
        }
        if (token[0] == 'n') {
            return writer.u8(static_cast<std::uint8_t>(AnyTag::null));
        }
        if (token[0] == 't' || token[0] == 'f') {
            return writer.u8(static_cast<std::uint8_t>(token[0] == 't' ? AnyTag::boolean_true
                                                                       : AnyTag::boolean_false));
        }
        write_any_number(writer, number_of(std::string(token)));
    }

    std::string_view json_;
    std::size_t at_ = 0;
    std::vector<Node> nodes_;
    std::vector<Handle> open_;
};

/// As JSON.stringify shows a Uint8Array.
void append_bytes(std::string& out, BytesView bytes) {
    out += '{';
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        out += (i == 0 ? "\"" : ",\"") + std::to_string(i) + "\":" + std::to_string(bytes[i]);
    }
    out += '}';
}

void append_value(Reader& reader, AnyTag tag, std::string& out) {
    if (tag == AnyTag::bytes) {
        append_bytes(out, reader.varbytes());
    } else {
        append_any_scalar(reader, tag, out);
    }
}

/// A container that is being shown.
struct OpenContainer {
    std::uint64_t left = 0;
    bool object = false;
    bool first = true;
};

}  // namespace

std::optional<std::uint32_t> array_index(std::string_view key) {
    constexpr std::size_t digits_max = 10;
    if (key.empty() || key.size() > digits_max || (key[0] == '0' && key.size() > 1)) {
        return std::nullopt;
    }
    std::uint64_t value = 0;
    for (const char c : key) {
        if (c < '0' || c > '9') {
            return std::nullopt;
        }
        value = value * 10 + static_cast<std::uint64_t>(c - '0');
    }
    return value < 0xffffffff ? std::optional(static_cast<std::uint32_t>(value)) : std::nullopt;
}

void json_to_any(std::string_view json, Writer& writer) {
    JsonTree(json).write(writer);
}

void any_to_json_text(Reader& reader, std::string& out) {
    std::vector<OpenContainer> open;
    do {
        std::string_view key;
        if (!open.empty()) {
            OpenContainer& top = open.back();
            if (top.left == 0 || !reader.ok()) {
                out += top.object ? '}' : ']';
                open.pop_back();
                continue;
            }
            --top.left;
            key = top.object ? reader.varstring() : key;
        }
        const auto tag = static_cast<AnyTag>(reader.u8());
        if (!open.empty()) {
            OpenContainer& top = open.back();
            if (top.object && tag == AnyTag::undefined) {
                continue;
            }
            out += top.first ? "" : ",";
            top.first = false;
            if (top.object) {
                append_json_string(out, key);
                out += ':';
            }
        }
        if (tag == AnyTag::array || tag == AnyTag::object) {
            open.push_back({reader.varuint(), tag == AnyTag::object});
            out += tag == AnyTag::object ? '{' : '[';
        } else {
            append_value(reader, tag, out);
        }
    } while (!open.empty());
}

}  // namespace weft::yjs
