#include "kernel/http/edit_request.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <limits>

namespace weft {

namespace {

using Json = nlohmann::ordered_json;  // values keep the order of their keys

// Deeper values are nobody's document, and writing one takes stack.
constexpr int depth_max = 500;
constexpr std::uint64_t position_max = std::uint64_t{1} << 53;

/// What the first key of an edit holds.
enum class Holds { text, key, count, value, items, type };

struct Form {
    std::string_view name;
    EditKind kind;
    Holds holds;
    std::array<std::string_view, 2> needs;  // other keys
    std::string_view may_have;
};

constexpr std::array<Form, 14> forms{{
    {"insert", EditKind::text_insert, Holds::text, {"at"}, "attributes"},
    {"embed", EditKind::text_embed, Holds::value, {"at"}, "attributes"},
    {"delete", EditKind::text_delete, Holds::count, {"at"}, ""},
    {"format", EditKind::text_format, Holds::count, {"at", "attributes"}, ""},
    {"set", EditKind::map_set, Holds::key, {"value"}, ""},
    {"unset", EditKind::map_delete, Holds::key, {}, ""},
    {"insert_items", EditKind::array_insert, Holds::items, {"at"}, ""},
    {"insert_new", EditKind::array_insert, Holds::type, {"at"}, ""},
    {"delete_items", EditKind::array_delete, Holds::count, {"at"}, ""},
    {"insert_element", EditKind::xml_insert_element, Holds::key, {"at"}, "attributes"},
    {"insert_text_node", EditKind::xml_insert_text, Holds::text, {"at"}, ""},
    {"delete_nodes", EditKind::xml_delete, Holds::count, {"at"}, ""},
    {"set_attribute", EditKind::xml_set_attribute, Holds::key, {"value"}, ""},
    {"unset_attribute", EditKind::xml_delete_attribute, Holds::key, {}, ""},
}};

/// Reads one edit; the first mistake is kept.
class EditReader {
public:
    EditReader(const Json& from, std::string_view root) : from_(from) { edit_.root = root; }

    Result<Edit> read() {
        if (!from_.is_object()) {
            fail("is not an object");
            return *error_;
        }
        const auto form = std::find_if(forms.begin(), forms.end(), [this](const Form& known) {
            return from_.contains(known.name);
        });
        if (form == forms.end()) {
            fail("says nothing to do: no `insert`, `delete`, `set`, …");
            return *error_;
        }
        check_keys(*form);
        read_rest(*form);
        if (error_) {
            return *error_;
        }
        return std::move(edit_);
    }

private:
    void fail(std::string message) {
        if (!error_) {
            error_ = Error{Code::invalid, std::move(message), 0};
        }
    }

    /// `set` takes `new` in place of `value`.
    static std::string_view instead_of(const Form& form, std::string_view key) {
        return form.kind == EditKind::map_set && key == "value" ? "new" : "";
    }

    void check_keys(const Form& form) {
        for (const std::string_view needed : form.needs) {
            if (needed.empty()) {
                continue;
            }
            const std::string_view other = instead_of(form, needed);
            const bool has_other = !other.empty() && from_.contains(other);
            if (from_.contains(needed) == has_other) {
                fail(other.empty()
                         ? fmt::format("`{}` wants `{}`", form.name, needed)
                         : fmt::format("`{}` wants `{}` or `{}`", form.name, needed, other));
            }
        }
        for (const auto& [key, value] : from_.items()) {
            const bool needed = std::ranges::find(form.needs, key) != form.needs.end();
            const bool known = needed || key == form.name || key == form.may_have ||
                               key == "root" || key == "path" ||
                               (key == "new" && form.kind == EditKind::map_set);
            if (!known) {
                fail(fmt::format("`{}` does not go with `{}`", key, form.name));
            }
        }
    }

    void read_rest(const Form& form) {
        edit_.kind = form.kind;
        const Json& first = from_[form.name];
        switch (form.holds) {
        case Holds::text: edit_.text = text_of(form.name, first); break;
        case Holds::key: edit_.key = text_of(form.name, first); break;
        case Holds::count: edit_.length = number_of(form.name, first); break;
        case Holds::value: edit_.value = first.dump(); break;
        case Holds::type: edit_.type = type_of(form.name, first); break;
        case Holds::items:
            if (!first.is_array()) {
                fail("`insert_items` is not a list");
            }
            edit_.value = first.dump();
            break;
        }
        for (const auto& [key, value] : from_.items()) {
            if (key == "at") {
                edit_.position = number_of(key, value);
            } else if (key == "attributes") {
                read_attributes(value);
            } else if (key == "value") {
                edit_.value = value.dump();
            } else if (key == "new") {
                edit_.type = type_of(key, value);
            } else if (key == "root") {
                edit_.root = text_of(key, value);
            } else if (key == "path") {
                read_path(value);
            }
        }
    }

    std::string text_of(std::string_view key, const Json& value) {
        if (!value.is_string()) {
            fail(fmt::format("`{}` is not a string", key));
            return {};
        }
        return value.get<std::string>();
    }

    std::string type_of(std::string_view key, const Json& value) {
        std::string type = text_of(key, value);
        if (type.empty()) {
            fail(fmt::format("`{}` names no type", key));
        }
        return type;
    }

    std::uint64_t number_of(std::string_view key, const Json& value) {
        if (!value.is_number_unsigned() || value.get<std::uint64_t>() > position_max) {
            fail(fmt::format("`{}` is not a whole number from 0 on", key));
            return 0;
        }
        return value.get<std::uint64_t>();
    }

    void read_attributes(const Json& value) {
        if (!value.is_object()) {
            fail("`attributes` is not an object");
        } else if (!value.empty()) {
            edit_.attributes = value.dump();
        }
    }

    void read_path(const Json& value) {
        if (!value.is_array()) {
            fail("`path` is not a list");
            return;
        }
        for (const Json& step : value) {
            if (step.is_string()) {
                edit_.path.push_back({true, 0, step.get<std::string>()});
            } else {
                edit_.path.push_back({false, number_of("path", step), {}});
            }
        }
    }

    const Json& from_;
    Edit edit_;
    std::optional<Error> error_;
};

Error invalid(std::string message) {
    return {Code::invalid, std::move(message), 0};
}

/// What nlohmann says, without its own numbering.
std::string_view without_number(std::string_view what) {
    const auto end = what.find("] ");
    return end == std::string_view::npos ? what : what.substr(end + 2);
}

Result<Json> parse(std::string_view body) {
    bool too_deep = false;
    const auto watch = [&too_deep](int depth, Json::parse_event_t, Json&) {
        too_deep = too_deep || depth > depth_max;
        return !too_deep;
    };
    try {
        Json parsed = Json::parse(body, watch);
        if (too_deep) {
            return invalid(fmt::format("the body nests deeper than {}", depth_max));
        }
        return parsed;
    } catch (const Json::exception& error) {
        return invalid(fmt::format("the body is not JSON: {}", without_number(error.what())));
    }
}

}  // namespace

Result<std::vector<Edit>> parse_edits(std::string_view body) {
    const auto parsed = parse(body);
    if (!parsed) {
        return parsed.error();
    }
    const bool has_edits = parsed->is_object() && parsed->contains("edits") &&
                           (*parsed)["edits"].is_array() && !(*parsed)["edits"].empty();
    if (!has_edits) {
        return invalid("the body is no object with a list `edits` that has something in it");
    }
    std::string root = "text";
    if (parsed->contains("root")) {
        if (!(*parsed)["root"].is_string()) {
            return invalid("`root` is not a string");
        }
        root = (*parsed)["root"].get<std::string>();
    }
    std::vector<Edit> edits;
    for (const Json& one : (*parsed)["edits"]) {
        auto edit = EditReader(one, root).read();
        if (!edit) {
            return invalid(fmt::format("edits.{}: {}", edits.size(), edit.error().message));
        }
        edits.push_back(std::move(*edit));
    }
    return edits;
}

}  // namespace weft
