#include "text_delta.hpp"

#include "content.hpp"
#include "json_text.hpp"
#include "json_view.hpp"

#include <map>

namespace weft::yjs {
namespace {

class Delta {
public:
    Delta(const StructStore& store, std::string& out) : store_(store), out_(out) {}

    void append(const Type& text) {
        out_ += '[';
        for (Handle handle = text.start; handle != none; handle = store_.items[handle].right) {
            const Item& item = store_.items[handle];
            if (!item.deleted) {
                append_item(item);
            }
        }
        end_piece();
        out_ += ']';
    }

private:
    void append_item(const Item& item) {
        const BytesView content = store_.content_of(item);
        if (item.ref == ContentRef::string) {
            piece_ += as_text(content);
        } else if (item.ref == ContentRef::format) {
            end_piece();
            const FormatView format = read_format(content);
            if (format.value == "null") {
                attributes_.erase(format.key);
            } else {
                attributes_[format.key] = format.value;
            }
        } else if (item.ref == ContentRef::embed) {
            end_piece();
            append_piece(std::string(as_text(content)));
        } else if (item.type() != none) {
            end_piece();
            std::string json;
            append_json(store_, item.type(), json);
            append_piece(json);
        }
    }

    void end_piece() {
        if (!piece_.empty()) {
            std::string json;
            append_json_string(json, piece_);
            append_piece(json);
            piece_.clear();
        }
    }

    void append_piece(const std::string& json) {
        out_ += first_ ? "{\"insert\":" : ",{\"insert\":";
        first_ = false;
        out_ += json;
        const char* before = ",\"attributes\":{";
        for (const auto& [key, value] : attributes_) {
            out_ += before;
            append_json_string(out_, key);
            out_ += ':';
            out_ += value;
            before = ",";
        }
        out_ += attributes_.empty() ? "}" : "}}";
    }

    const StructStore& store_;
    std::string& out_;
    std::map<std::string_view, std::string_view> attributes_;
    std::string piece_;
    bool first_ = true;
};

}  // namespace

void append_delta(const StructStore& store, const Type& text, std::string& out) {
    Delta(store, out).append(text);
}

}  // namespace weft::yjs
