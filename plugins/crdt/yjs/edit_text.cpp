#include "edit_text.hpp"

#include <algorithm>
#include <set>

namespace weft::yjs {
namespace {

std::string_view trimmed(std::string_view json) {
    constexpr std::string_view space = " \t\r\n";
    const std::size_t begin = json.find_first_not_of(space);
    return json.substr(begin, json.find_last_not_of(space) + 1 - begin);
}

/// What Yjs takes for content of a text, beside formats.
bool is_text_content(ContentRef ref) {
    return ref == ContentRef::string || ref == ContentRef::embed || ref == ContentRef::type;
}

bool is_live_format(const Item& item) {
    return item.ref == ContentRef::format && !item.deleted;
}

}  // namespace

FormatView TextEditor::format_of(const Item& item) const {
    FormatView format = read_format(store_.content_of(item));
    format.value = trimmed(format.value);
    return format;
}

/// The value of a format in front of a place; null if it has none.
std::string_view TextEditor::value_before(Handle left, std::string_view key) const {
    for (; left != none; left = store_.items[left].left) {
        const Item& item = store_.items[left];
        if (is_live_format(item)) {
            const FormatView format = format_of(item);
            if (format.key == key) {
                return format.value;
            }
        }
    }
    return "null";
}

/// The values of these keys in front of a place, in no order that counts.
Attributes TextEditor::values_before(Handle left, const Attributes& keys) const {
    Attributes values;
    for (; left != none && values.size() < keys.size(); left = store_.items[left].left) {
        const Item& item = store_.items[left];
        if (is_live_format(item)) {
            const FormatView format = format_of(item);
            if (keys.has(format.key) && !values.has(format.key)) {
                values.set(format.key, format.value);
            }
        }
    }
    return values;
}

/// All formats in force behind `left`, in the order in which Yjs meets them.
Attributes TextEditor::attributes_before(Handle left) const {
    Attributes current;
    for (Handle next = none; next != left;) {
        next = right_of(next);
        const Item& item = store_.items[next];
        if (is_live_format(item)) {
            const FormatView format = format_of(item);
            current.apply(format.key, format.value);
        }
    }
    return current;
}

void TextEditor::insert(Handle left, const ContentView& content) {
    // Behind what is deleted there, and behind formats that change nothing.
    for (Handle next = right_of(left); next != none; next = store_.items[next].right) {
        const Item& item = store_.items[next];
        if (!item.deleted) {
            if (item.ref != ContentRef::format) {
                break;
            }
            const FormatView format = format_of(item);
            if (!equal_formats(value_before(left, format.key), format.value)) {
                break;
            }
        }
        left = next;
    }
    change_.insert(type_, left, content);
}

void TextEditor::insert(Handle left, const ContentView& content, Attributes attributes) {
    Attributes current = attributes_before(left);
    for (const Attributes::Entry entry : current.as_map()) {
        if (!attributes.has(entry->first)) {
            attributes.set(entry->first, "null");
        }
    }
    left = skip_unchanging(left, attributes, current);
    Attributes negated;
    left = insert_formats(left, attributes, current, negated);
    left = change_.insert(type_, left, content);
    insert_negated(left, negated);
}

/// Yjs: minimizeAttributeChanges.
Handle TextEditor::skip_unchanging(Handle left, const Attributes& attributes,
                                   Attributes& current) const {
    for (Handle next = right_of(left); next != none; next = store_.items[next].right) {
        const Item& item = store_.items[next];
        if (!item.deleted) {
            if (item.ref != ContentRef::format) {
                break;
            }
            const FormatView format = format_of(item);
            if (!equal_formats(attributes.get(format.key), format.value)) {
                break;
            }
            current.apply(format.key, format.value);
        }
        left = next;
    }
    return left;
}

Handle TextEditor::insert_formats(Handle left, const Attributes& attributes,
                                  const Attributes& current, Attributes& negated) {
    for (const Attributes::Entry entry : attributes.as_object()) {
        const std::string_view before = current.get(entry->first);
        if (!equal_formats(before, entry->second.second)) {
            negated.set(entry->first, before);
            left = insert_format(left, entry->first, entry->second.second);
        }
    }
    return left;
}

/// Gives formats back the values that they had, unless what stands there does it already.
void TextEditor::insert_negated(Handle left, Attributes& negated) {
    for (Handle next = right_of(left); next != none; next = store_.items[next].right) {
        const Item& item = store_.items[next];
        if (!item.deleted) {
            if (item.ref != ContentRef::format) {
                break;
            }
            const FormatView format = format_of(item);
            if (!negated.has(format.key) || !equal_formats(negated.get(format.key), format.value)) {
                break;
            }
            negated.erase(format.key);
        }
        left = next;
    }
    for (const Attributes::Entry entry : negated.as_map()) {
        left = insert_format(left, entry->first, entry->second.second);
    }
}

Handle TextEditor::insert_format(Handle left, std::string_view key, std::string_view value) {
    Bytes bytes;
    Writer writer(bytes);
    writer.varstring(key);
    writer.varstring(value);
    return change_.insert(type_, left, {ContentRef::format, 1, bytes});
}

void TextEditor::erase(Handle left, Clock units) {
    const Handle start = right_of(left);
    Handle next = start;
    bool formatted = false;
    for (; next != none && units > 0; next = store_.items[next].right) {
        const Item& item = store_.items[next];
        formatted = formatted || is_live_format(item);
        if (!item.deleted && is_text_content(item.ref)) {
            const Clock taken = std::min(units, item.length);
            units -= taken;
            change_.erase(item, taken);
        }
    }
    for (; next != none && !store_.items[next].visible(); next = store_.items[next].right) {
        formatted = formatted || is_live_format(store_.items[next]);
    }
    if (formatted) {
        remove_gap_formats(start);
    }
}

/// Of the formats from `start` to the next content only the last of each key counts, and that only if it changes what
/// was in force before. Yjs: cleanupFormattingGap.
void TextEditor::remove_gap_formats(Handle start) {
    std::vector<Handle> formats;
    Attributes keys;
    for (Handle next = start; next != none && !store_.items[next].visible();
         next = store_.items[next].right) {
        if (is_live_format(store_.items[next])) {
            formats.push_back(next);
            keys.set(format_of(store_.items[next]).key, "null");
        }
    }
    const Attributes before = values_before(store_.items[start].left, keys);
    std::set<std::string_view> overwritten;
    for (auto handle = formats.rbegin(); handle != formats.rend(); ++handle) {
        const Item& item = store_.items[*handle];
        const FormatView format = format_of(item);
        const bool is_last = overwritten.insert(format.key).second;
        if (!is_last || same_format(before.get(format.key), format.value)) {
            change_.erase(item, 1);
        }
    }
}

void TextEditor::format(Handle left, Clock units, const Attributes& attributes) {
    Attributes current = values_before(left, attributes);
    left = skip_unchanging(left, attributes, current);
    Attributes negated;
    left = insert_formats(left, attributes, current, negated);
    left = format_content(left, units, attributes, negated);
    insert_negated(left, negated);
}

/// Passes over the units that get a format, and takes away what stood among them for the same keys. Gives where it ends.
Handle TextEditor::format_content(Handle left, Clock units, const Attributes& attributes,
                                  Attributes& negated) {
    for (Handle next = right_of(left); next != none; next = store_.items[next].right) {
        const Item& item = store_.items[next];
        const bool is_format = item.ref == ContentRef::format;
        if (units == 0 && (negated.empty() || !(item.deleted || is_format))) {
            break;
        }
        if (!item.deleted && is_format) {
            const FormatView format = format_of(item);
            if (attributes.has(format.key)) {
                if (equal_formats(attributes.get(format.key), format.value)) {
                    negated.erase(format.key);
                } else if (units == 0) {
                    break;
                } else {
                    negated.set(format.key, format.value);
                }
                change_.erase(item, 1);
            }
        } else if (!item.deleted) {
            if (units < item.length) {
                change_.end_at(item, units - 1);
            }
            units -= item.length;
        }
        left = next;
    }
    return left;
}

}  // namespace weft::yjs
