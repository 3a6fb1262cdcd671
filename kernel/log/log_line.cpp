#include "kernel/log/log.hpp"

namespace weft {
namespace {

bool is_control(char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x20 || byte == 0x7f;
}

void append_quoted(std::string& out, std::string_view text) {
    out += '"';
    for (const char c : text) {
        if (c == '"' || c == '\\') {
            out += '\\';
            out += c;
        } else if (c == '\n') {
            out += "\\n";
        } else if (is_control(c)) {
            fmt::format_to(std::back_inserter(out), "\\u{:04x}",
                           static_cast<unsigned>(static_cast<unsigned char>(c)));
        } else {
            out += c;
        }
    }
    out += '"';
}

bool needs_quotes(std::string_view text) {
    for (const char c : text) {
        if (c == ' ' || c == '"' || c == '\\' || c == '=' || is_control(c)) {
            return true;
        }
    }
    return text.empty();
}

void append_text(std::string& out, std::string_view key, std::string_view value) {
    if (!out.empty()) {
        out += ' ';
    }
    out += key;
    out += '=';
    if (needs_quotes(value)) {
        append_quoted(out, value);
    } else {
        out += value;
    }
}

void append_json(std::string& out, std::string_view key, std::string_view value, bool bare) {
    if (!out.empty()) {
        out += ',';
    }
    append_quoted(out, key);
    out += ':';
    if (bare) {
        out += value;
    } else {
        append_quoted(out, value);
    }
}

}  // namespace

std::string render_log_line(LogFormat format, std::string_view component, std::string_view message,
                            std::span<const LogField> fields) {
    std::string line;
    if (format == LogFormat::json) {
        append_json(line, "component", component, false);
        append_json(line, "msg", message, false);
        for (const LogField& field : fields) {
            append_json(line, field.key(), field.value(), field.is_bare());
        }
        return line;
    }
    append_text(line, "component", component);
    append_text(line, "msg", message);
    for (const LogField& field : fields) {
        append_text(line, field.key(), field.value());
    }
    return line;
}

}  // namespace weft
