#include "json_view.hpp"

#include "any_value.hpp"
#include "json_text.hpp"
#include "text_view.hpp"
#include "xml_view.hpp"

#include <algorithm>

namespace weft::yjs {
namespace {

/// A text of a JSON content; JavaScript's word for nothing becomes null.
void append_json_text(std::string_view text, std::string& out) {
    out += text == "undefined" ? "null" : text;
}

void append_value_list(ContentRef ref, BytesView bytes, std::string& out) {
    Reader reader(bytes);
    for (bool first = true; !reader.at_end(); first = false) {
        if (!first) {
            out += ',';
        }
        if (ref == ContentRef::any) {
            any_to_json(reader, out);
        } else {
            append_json_text(reader.varstring(), out);
        }
    }
}

class JsonView {
public:
    JsonView(const StructStore& store, std::string& out) : store_(store), out_(out) {}

    void append(Handle root) {
        open_type(root);
        while (!open_.empty()) {
            Container& container = open_.back();
            if (container.is_map ? container.next_key == container.keys.size()
                                 : container.item == none) {
                out_ += container.is_map ? '}' : ']';
                open_.pop_back();
            } else if (container.is_map) {
                next_key(container);
            } else {
                next_item(container);
            }
        }
    }

private:
    struct Container {
        bool is_map = false;
        bool first = true;
        Handle item = none;  // of a list: the next one
        std::vector<std::pair<std::string_view, Handle>> keys;
        std::size_t next_key = 0;
    };

    void open_type(Handle handle) {
        const Type& type = store_.types[handle];
        switch (kind(type)) {
        case Kind::text: {
            std::string text;
            append_text(store_, type, 0, ~std::uint64_t{0}, text);
            return append_json_string(out_, text);
        }
        case Kind::xml: {
            std::string text;
            append_xml(store_, handle, text);
            return append_json_string(out_, text);
        }
        case Kind::map: return open_map(type);
        case Kind::array: out_ += '['; open_.emplace_back().item = type.start;
        }
    }

    Kind kind(const Type& type) const {
        switch (type.ref) {
        case TypeRef::unknown: return kind_of(store_, type);
        case TypeRef::text: return Kind::text;
        case TypeRef::map:
        case TypeRef::xml_hook: return Kind::map;
        case TypeRef::array: return Kind::array;
        default: return Kind::xml;
        }
    }

    void open_map(const Type& type) {
        Container& container = open_.emplace_back();
        container.is_map = true;
        for (const auto& [key, leaf] : type.map) {
            const Handle item = store_.leaves[leaf].last;
            if (!store_.items[item].deleted) {
                container.keys.emplace_back(store_.names.text(key), item);
            }
        }
        std::sort(container.keys.begin(), container.keys.end());
        out_ += '{';
    }

    void separate(Container& container) {
        if (!container.first) {
            out_ += ',';
        }
        container.first = false;
    }

    void next_key(Container& container) {
        const auto [key, handle] = container.keys[container.next_key++];
        separate(container);
        append_json_string(out_, key);
        out_ += ':';
        const Item& item = store_.items[handle];
        append_values(item, item.length - 1);
    }

    void next_item(Container& container) {
        const Item& item = store_.items[container.item];
        container.item = item.right;
        if (!item.deleted && item.countable()) {
            separate(container);
            append_values(item, 0);
        }
    }

    /// The values of an item from `offset` on; opens a type, which invalidates references to containers.
    void append_values(const Item& item, std::uint64_t offset) {
        if (item.ref == ContentRef::type) {
            return open_type(item.type());
        }
        const BytesView bytes = store_.content_of(item);
        const bool is_list = item.ref == ContentRef::any || item.ref == ContentRef::json;
        const std::size_t from = is_list && offset > 0 ? value_offset(item.ref, bytes, offset) : 0;
        append_content_json(item.ref, bytes.subspan(from), out_);
    }

    const StructStore& store_;
    std::string& out_;
    std::vector<Container> open_;
};

}  // namespace

void append_json(const StructStore& store, Handle type, std::string& out) {
    JsonView(store, out).append(type);
}

void append_content_json(ContentRef ref, BytesView bytes, std::string& out) {
    switch (ref) {
    case ContentRef::string: return append_json_string(out, as_text(bytes));
    case ContentRef::binary: return append_json_bytes(out, bytes);
    case ContentRef::embed: return append_json_text(as_text(bytes), out);
    case ContentRef::doc:
        out += "{\"guid\":";
        append_json_string(out, Reader(bytes).varstring());
        out += '}';
        return;
    case ContentRef::any:
    case ContentRef::json: return append_value_list(ref, bytes, out);
    default: out += "null";
    }
}

}  // namespace weft::yjs
