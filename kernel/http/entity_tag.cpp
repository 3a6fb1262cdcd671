#include "kernel/http/entity_tag.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <vector>

namespace weft {

namespace {

constexpr std::size_t mark_digits = 16;

struct Tag {
    bool is_weak = false;
    std::string_view quoted;  // with its quotes
};

void skip_blanks(std::string_view& text) {
    text.remove_prefix(std::min(text.size(), text.find_first_not_of(" \t")));
}

/// The tags of a list. Nothing when something else stands in it.
std::optional<std::vector<Tag>> parse_tags(std::string_view text) {
    std::vector<Tag> tags;
    for (skip_blanks(text); !text.empty(); skip_blanks(text)) {
        Tag tag;
        tag.is_weak = text.starts_with("W/");
        text.remove_prefix(tag.is_weak ? 2 : 0);
        const auto end = text.starts_with('"') ? text.find('"', 1) : std::string_view::npos;
        if (end == std::string_view::npos) {
            return std::nullopt;
        }
        tag.quoted = text.substr(0, end + 1);
        tags.push_back(tag);
        text.remove_prefix(end + 1);
        skip_blanks(text);
        if (!text.empty() && !text.starts_with(',')) {
            return std::nullopt;
        }
        text.remove_prefix(std::min<std::size_t>(text.size(), 1));
    }
    return tags;
}

/// The mark in a tag of ours. A weak one never matches, as HTTP has it.
std::optional<std::uint64_t> mark_of(const Tag& tag) {
    const std::string_view inner = tag.quoted.substr(1, tag.quoted.size() - 2);
    if (tag.is_weak || inner.size() < mark_digits ||
        (inner.size() > mark_digits && inner[mark_digits] != '.')) {
        return std::nullopt;
    }
    std::uint64_t mark = 0;
    const auto [end, error] = std::from_chars(inner.data(), inner.data() + mark_digits, mark, 16);
    const bool parsed = error == std::errc() && end == inner.data() + mark_digits;
    return parsed ? std::optional(mark) : std::nullopt;
}

}  // namespace

std::string entity_tag(std::uint64_t mark, std::string_view variant) {
    return fmt::format("\"{:016x}{}{}\"", mark, variant.empty() ? "" : ".", variant);
}

bool names_tag(std::string_view header, std::string_view tag) {
    if (header == "*") {
        return true;
    }
    const auto tags = parse_tags(header);
    return tags && std::ranges::find(*tags, tag, &Tag::quoted) != tags->end();
}

Result<Condition> condition_of(std::string_view header) {
    Condition condition;
    if (header.empty()) {
        return condition;
    }
    if (header == "*") {
        condition.kind = Condition::Kind::exists;
        return condition;
    }
    const auto tags = parse_tags(header);
    if (!tags || tags->empty()) {
        return Error{Code::invalid, "If-Match wants entity tags in quotes, or *", 0};
    }
    condition.kind = Condition::Kind::has_mark_of;
    for (const Tag& tag : *tags) {
        if (const auto mark = mark_of(tag)) {
            condition.marks.push_back(*mark);
        }
    }
    return condition;
}

}  // namespace weft
