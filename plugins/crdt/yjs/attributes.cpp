#include "attributes.hpp"

#include "any_value.hpp"
#include "json_any.hpp"

#include <algorithm>

namespace weft::yjs {
namespace {

bool is_object(std::string_view json) {
    return json.front() == '{' || json.front() == '[';
}

/// As JSON.stringify writes what JSON.parse reads.
std::string canonical_json(std::string_view json) {
    Bytes any;
    Writer writer(any);
    json_to_any(json, writer);
    Reader reader(any);
    std::string text;
    any_to_json_text(reader, text);
    return text;
}

/// The members of an object or the elements of an array, by key.
Attributes members_of(std::string_view json) {
    if (json.front() == '{') {
        return Attributes(json);
    }
    Attributes elements;
    Bytes any;
    Writer writer(any);
    json_to_any(json, writer);
    Reader reader(any);
    reader.u8();
    const std::uint64_t count = reader.varuint();
    for (std::uint64_t i = 0; i < count; ++i) {
        std::string value;
        any_to_json_text(reader, value);
        elements.set(std::to_string(i), value);
    }
    return elements;
}

}  // namespace

Attributes::Attributes(std::string_view json) {
    if (json.empty()) {
        return;
    }
    Bytes any;
    Writer writer(any);
    json_to_any(json, writer);
    Reader reader(any);
    reader.u8();
    for (std::uint64_t members = reader.varuint(); members > 0; --members) {
        const std::string_view key = reader.varstring();
        std::string value;
        any_to_json_text(reader, value);
        set(key, value);
    }
}

std::string_view Attributes::get(std::string_view key) const {
    const auto found = values_.find(key);
    return found == values_.end() ? std::string_view("null") : found->second.second;
}

void Attributes::set(std::string_view key, std::string_view value) {
    const auto found = values_.find(key);
    if (found != values_.end()) {
        found->second.second = value;
    } else {
        values_.emplace(std::string(key), std::pair(next_++, std::string(value)));
    }
}

void Attributes::erase(std::string_view key) {
    const auto found = values_.find(key);
    if (found != values_.end()) {
        values_.erase(found);
    }
}

void Attributes::apply(std::string_view key, std::string_view value) {
    if (value == "null") {
        erase(key);
    } else {
        set(key, value);
    }
}

std::vector<Attributes::Entry> Attributes::as_map() const {
    std::vector<Entry> entries;
    entries.reserve(values_.size());
    for (const auto& entry : values_) {
        entries.push_back(&entry);
    }
    std::sort(entries.begin(), entries.end(),
              [](Entry a, Entry b) { return a->second.first < b->second.first; });
    return entries;
}

std::vector<Attributes::Entry> Attributes::as_object() const {
    std::vector<Entry> entries = as_map();
    const auto names = std::stable_partition(entries.begin(), entries.end(), [](Entry entry) {
        return array_index(entry->first).has_value();
    });
    std::sort(entries.begin(), names,
              [](Entry a, Entry b) { return *array_index(a->first) < *array_index(b->first); });
    return entries;
}

bool equal_formats(std::string_view a, std::string_view b) {
    if (!is_object(a) || !is_object(b)) {
        return same_format(a, b);
    }
    const Attributes ours = members_of(a);
    const Attributes theirs = members_of(b);
    const auto in_both = [&](Attributes::Entry member) {
        return theirs.has(member->first) &&
               same_format(member->second.second, theirs.get(member->first));
    };
    const std::vector<Attributes::Entry> members = ours.as_map();
    return ours.size() == theirs.size() && std::all_of(members.begin(), members.end(), in_both);
}

bool same_format(std::string_view a, std::string_view b) {
    if (a == b) {
        return !is_object(a);
    }
    // Others than Yjs may have written a number or a character of a string in another way.
    const auto is_string = [](std::string_view json) { return json.front() == '"'; };
    const auto is_number = [](std::string_view json) {
        return json.front() == '-' || (json.front() >= '0' && json.front() <= '9');
    };
    const bool escaped =
        is_string(a) && is_string(b) && (a.find('\\') != a.npos || b.find('\\') != b.npos);
    return (escaped || (is_number(a) && is_number(b))) && canonical_json(a) == canonical_json(b);
}

}  // namespace weft::yjs
