#include "xml_view.hpp"

#include "javascript_text.hpp"
#include "text_view.hpp"

#include <algorithm>

namespace weft::yjs {
namespace {

std::string lower_case(std::string_view name) {
    std::string lower(name);
    for (char& c : lower) {
        c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    }
    return lower;
}

class XmlView {
public:
    XmlView(const StructStore& store, std::string& out) : store_(store), out_(out) {}

    void append(Handle root) {
        open_type(root);
        while (!open_.empty()) {
            Node& node = open_.back();
            if (node.item == none) {
                end_stretch(node);
                out_ += node.closing;
                open_.pop_back();
                continue;
            }
            const Item& item = store_.items[node.item];
            node.item = item.right;
            if (!item.deleted) {
                append_item(item, node);
            }
        }
    }

private:
    struct Node {
        Handle item = none;  // the next child
        std::string closing;
        bool is_text = false;
        bool in_stretch = false;  // the tags of `formats` are open
        std::string stretch_closing;
        std::vector<FormatView> formats;  // of a text, by key
    };

    void open_type(Handle handle) {
        const Type& type = store_.types[handle];
        switch (type.ref) {
        case TypeRef::text: return append_text(store_, type, 0, ~std::uint64_t{0}, out_);
        case TypeRef::array:
        case TypeRef::map:
        case TypeRef::xml_hook: out_ += object_text; return;
        case TypeRef::xml_element: return open_element(type);
        default: {
            Node& node = open_.emplace_back();
            node.item = type.start;
            node.is_text = type.ref == TypeRef::xml_text;
        }
        }
    }

    void open_element(const Type& type) {
        const std::string name = lower_case(store_.name_of(type));
        std::vector<std::pair<std::string_view, Handle>> attributes;
        for (const auto& [key, leaf] : type.map) {
            const Handle item = store_.leaves[leaf].last;
            if (!store_.items[item].deleted) {
                attributes.emplace_back(store_.names.text(key), item);
            }
        }
        std::sort(attributes.begin(), attributes.end());
        out_ += '<' + name;
        for (const auto& [key, item] : attributes) {
            append_attribute(key, value_of(store_.items[item]));
        }
        out_ += '>';
        Node& node = open_.emplace_back();
        node.item = type.start;
        node.closing = "</" + name + ">";
    }

    void append_attribute(std::string_view key, std::string_view value) {
        out_ += ' ';
        out_ += key;
        out_ += "=\"";
        out_ += value;
        out_ += '"';
    }

    /// The last value of an item, as text. What has no text of its own is some object.
    std::string value_of(const Item& item) const {
        const BytesView bytes = store_.content_of(item);
        if (item.ref == ContentRef::any) {
            Reader reader(bytes.subspan(value_offset(item.ref, bytes, item.length - 1)));
            std::string text;
            append_as_text(reader, text);
            return text;
        }
        if (item.ref == ContentRef::binary) {
            std::string text;
            append_bytes_as_text(bytes, text);
            return text;
        }
        return item.ref == ContentRef::string ? std::string(as_text(bytes)) : object_text;
    }

    void append_item(const Item& item, Node& node) {
        if (item.ref == ContentRef::format) {
            end_stretch(node);
            set_format(node, read_format(store_.content_of(item)));
            return;
        }
        if (!item.countable()) {
            return;
        }
        if (node.is_text && item.ref == ContentRef::string) {
            begin_stretch(node);
            out_ += as_text(store_.content_of(item));
            return;
        }
        end_stretch(node);
        append_content(item, node.is_text ? open_formats(node) : std::string{});
    }

    /// Strings of one format that follow each other share their tags.
    void begin_stretch(Node& node) {
        if (!node.in_stretch) {
            node.in_stretch = true;
            node.stretch_closing = open_formats(node);
        }
    }

    void end_stretch(Node& node) {
        if (node.in_stretch) {
            node.in_stretch = false;
            out_ += node.stretch_closing;
        }
    }

    void append_content(const Item& item, const std::string& closing) {
        const BytesView bytes = store_.content_of(item);
        if (item.type() != none) {
            const std::size_t depth = open_.size();
            open_type(item.type());
            if (open_.size() > depth) {
                open_.back().closing += closing;
                return;
            }
        } else if (item.ref == ContentRef::string) {
            out_ += as_text(bytes);
        } else if (item.ref == ContentRef::any) {
            for (Reader reader(bytes); !reader.at_end();) {
                append_as_text(reader, out_);
            }
        } else if (item.ref == ContentRef::binary) {
            append_bytes_as_text(bytes, out_);
        } else if (item.ref == ContentRef::embed) {
            append_json_as_text(as_text(bytes), out_);
        } else {
            out_ += object_text;
        }
        out_ += closing;
    }

    void set_format(Node& node, const FormatView& format) {
        const auto at = std::lower_bound(
            node.formats.begin(), node.formats.end(), format,
            [](const FormatView& a, const FormatView& b) { return a.key < b.key; });
        const bool known = at != node.formats.end() && at->key == format.key;
        if (format.value == "null") {
            if (known) {
                node.formats.erase(at);
            }
        } else if (known) {
            at->value = format.value;
        } else {
            node.formats.insert(at, format);
        }
    }

    /// Writes the opening tags of the current formats and gives the closing ones.
    std::string open_formats(const Node& node) {
        std::string closing;
        for (const FormatView& format : node.formats) {
            out_ += '<';
            out_ += format.key;
            for (const ShownMember& member : shown_members(format.value)) {
                append_attribute(member.key, member.value);
            }
            out_ += '>';
            std::string tag("</");
            tag += format.key;
            closing.insert(0, tag + '>');
        }
        return closing;
    }

    const StructStore& store_;
    std::string& out_;
    std::vector<Node> open_;
};

}  // namespace

void append_xml(const StructStore& store, Handle type, std::string& out) {
    XmlView(store, out).append(type);
}

}  // namespace weft::yjs
