#include "http_session.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/beast/core/buffers_range.hpp>
#include <boost/beast/core/error.hpp>
#include <boost/beast/core/string.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/rfc7230.hpp>

#include <algorithm>
#include <ctime>

namespace weft::ws {

namespace http = boost::beast::http;

namespace {

constexpr std::uint32_t head_limit = 16 * 1024;

// A body that grows with what arrives. Beast's own reserve what Content-Length claims.
struct GrowingBody {
    using value_type = Bytes;

    class reader {
    public:
        template <bool is_request, class Fields>
        reader(http::header<is_request, Fields>&, value_type& body) : body_(body) {}

        void init(const boost::optional<std::uint64_t>& /*claimed*/,
                  boost::beast::error_code& error) {
            error = {};
        }

        template <class Buffers>
        std::size_t put(const Buffers& buffers, boost::beast::error_code& error) {
            error = {};
            const std::size_t before = body_.size();
            for (const boost::asio::const_buffer part : boost::beast::buffers_range_ref(buffers)) {
                const auto* bytes = static_cast<const std::uint8_t*>(part.data());
                body_.insert(body_.end(), bytes, bytes + part.size());
            }
            return body_.size() - before;
        }

        void finish(boost::beast::error_code& error) { error = {}; }

    private:
        value_type& body_;
    };
};

std::string_view view_of(boost::beast::string_view text) {
    return {text.data(), text.size()};
}

std::string lower_case(std::string_view text) {
    std::string lower(text);
    std::transform(lower.begin(), lower.end(), lower.begin(), [](unsigned char letter) {
        return static_cast<char>(letter >= 'A' && letter <= 'Z' ? letter + ('a' - 'A') : letter);
    });
    return lower;
}

std::string http_date() {
    const std::time_t now = std::time(nullptr);
    std::tm utc{};
    gmtime_r(&now, &utc);
    char text[40];
    return {text, std::strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S GMT", &utc)};
}

// Framing is the transport's: what a response says about its own length or connection is left out. So is what
// would end a header line early.
bool may_be_sent(const std::pair<std::string, std::string>& header) {
    const std::string name = lower_case(header.first);
    const auto breaks_line = [](std::string_view text) {
        return text.find_first_of(std::string_view("\r\n\0", 3)) != std::string_view::npos;
    };
    return name != "content-length" && name != "connection" && name != "transfer-encoding" &&
           !name.empty() && !breaks_line(name) && !breaks_line(header.second);
}

bool has_no_body(std::uint16_t status) {
    return status < 200 || status == 204 || status == 304;
}

}  // namespace

struct HttpSession::Parser : http::request_parser<GrowingBody> {
    explicit Parser(std::uint64_t limit) {
        eager(true);  // or bodies never complete
        header_limit(head_limit);
        body_limit(limit);
    }
    std::string_view field(http::field name) const { return view_of(get()[name]); }
};

HttpSession::HttpSession(std::uint64_t body_limit)
    : body_limit_(body_limit), parser_(std::make_unique<Parser>(body_limit)) {}

HttpSession::~HttpSession() = default;

void HttpSession::append(BytesView bytes) {
    unread_.insert(unread_.end(), bytes.begin(), bytes.end());
}

HttpSession::Event HttpSession::parse() {
    if (done_) {
        parser_ = std::make_unique<Parser>(body_limit_);
        done_ = continued_ = false;
    }
    std::size_t used = 0;
    boost::beast::error_code error;
    while (used < unread_.size() && !error && !parser_->is_done()) {
        used +=
            parser_->put(boost::asio::buffer(unread_.data() + used, unread_.size() - used), error);
    }
    drop_parsed(used);
    if (error == http::error::header_limit) {
        refuse(431,
               "the head of the request is longer than " + std::to_string(head_limit) + " bytes");
    } else if (error == http::error::body_limit) {
        refuse(413,
               "the body of the request is longer than " + std::to_string(body_limit_) + " bytes");
    } else if (error && error != http::error::need_more) {
        refuse(400, error.message());
    }
    if (refusal_ != 0) {
        return Event::refused;
    }
    done_ = parser_->is_done();
    if (!done_) {
        return Event::need_more;
    }
    const bool upgrade =
        http::token_list(parser_->get()[http::field::connection]).exists("upgrade") &&
        http::token_list(parser_->get()[http::field::upgrade]).exists("websocket");
    return upgrade ? Event::upgrade : Event::request;
}

void HttpSession::drop_parsed(std::size_t bytes) {
    if (bytes == unread_.size()) {
        unread_ = {};  // an idle connection holds no buffer
    } else {
        unread_.erase(unread_.begin(), unread_.begin() + static_cast<std::ptrdiff_t>(bytes));
    }
}

void HttpSession::refuse(std::uint16_t status, std::string reason) {
    refusal_ = status;
    refusal_reason_ = std::move(reason);
}

HttpSession::Place HttpSession::place() const {
    if (done_) {
        return unread_.empty() ? Place::between : Place::head;
    }
    if (parser_->is_header_done()) {
        return Place::body;
    }
    return unread_.empty() && !parser_->got_some() ? Place::between : Place::head;
}

bool HttpSession::take_continue() {
    if (continued_ || done_ || !parser_->is_header_done() || parser_->get().version() < 11) {
        return false;
    }
    continued_ = boost::beast::iequals(parser_->get()[http::field::expect], "100-continue");
    return continued_;
}

HttpRequest HttpSession::take_request() {
    auto& message = parser_->get();
    HttpRequest request;
    request.method = view_of(message.method_string());
    request.target = view_of(message.target());
    for (const auto& header : message) {
        request.headers.emplace_back(lower_case(view_of(header.name_string())),
                                     view_of(header.value()));
    }
    request.body = Buffer(std::move(message.body()));
    return request;
}

UpgradeHeaders HttpSession::upgrade_headers() const {
    const auto& message = parser_->get();
    return {view_of(message.method_string()),
            view_of(message.target()),
            message.version() == 11 ? "HTTP/1.1" : "HTTP/1.0",
            parser_->field(http::field::upgrade),
            parser_->field(http::field::connection),
            parser_->field(http::field::sec_websocket_key),
            parser_->field(http::field::sec_websocket_version)};
}

OpenRequest HttpSession::open_request() const {
    const std::string_view target = view_of(parser_->get().target());
    const std::size_t path_size = std::min(target.find('?'), target.size());
    OpenRequest request;
    request.path = target.substr(0, path_size);
    request.query = target.substr(std::min(path_size + 1, target.size()));
    request.host = parser_->field(http::field::host);
    request.origin = parser_->field(http::field::origin);
    return request;
}

bool HttpSession::keep_alive() const {
    return refusal_ == 0 && parser_->is_header_done() && parser_->get().keep_alive();
}

bool HttpSession::wants_body(std::uint16_t status) const {
    const bool head = parser_->is_header_done() && parser_->get().method() == http::verb::head;
    return !head && !has_no_body(status);
}

std::string HttpSession::response_head(const HttpResponse& response, bool keep_alive) const {
    std::string head = "HTTP/1.1 " + std::to_string(response.status) + ' ';
    head += view_of(http::obsolete_reason(static_cast<http::status>(response.status)));
    head += "\r\n";
    for (const auto& header : response.headers) {
        if (may_be_sent(header)) {
            head += header.first + ": " + header.second + "\r\n";
        }
    }
    head += "date: " + http_date() + "\r\n";
    if (!has_no_body(response.status)) {
        head += "content-length: " + std::to_string(response.body.size()) + "\r\n";
    }
    head += keep_alive ? "connection: keep-alive\r\n\r\n" : "connection: close\r\n\r\n";
    return head;
}

}  // namespace weft::ws
