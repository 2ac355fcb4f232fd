// SPDX-License-Identifier: Apache-2.0
#include "http/exchange.hpp"

#include "base/text.hpp"
#include "http/head.hpp"

#include <curl/curl.h>

namespace ingot::http {

namespace {

constexpr long kReceiveBuffer = 128L << 10;
constexpr long kSendBuffer = 256L << 10;
// A request without an idle limit (a watch) still must not wait for a connection for ever.
constexpr std::chrono::milliseconds kConnectLimit{30'000};

std::size_t on_head(char* data, std::size_t size, std::size_t count, void* exchange) {
  return static_cast<Exchange*>(exchange)->take_head({data, size * count});
}

std::size_t on_body(char* data, std::size_t size, std::size_t count, void* exchange) {
  return static_cast<Exchange*>(exchange)->take_body({data, size * count});
}

std::size_t on_want_body(char* into, std::size_t size, std::size_t count, void* exchange) {
  return static_cast<Exchange*>(exchange)->give_body(into, size * count);
}

int on_sending(void* exchange, char*, char*, int, int) {
  return static_cast<Exchange*>(exchange)->may_send() ? CURL_PREREQFUNC_OK : CURL_PREREQFUNC_ABORT;
}

bool is_repeatable(const std::string& method) {
  return method != "POST" && method != "PATCH";
}

bool has_header(const Headers& headers, std::string_view name) {
  Response wanted;
  wanted.headers = headers;
  return !wanted.header(name).empty();
}

}  // namespace

Exchange::Exchange(const Endpoint& endpoint, const Request& request, const BodySink* sink)
    : endpoint_(endpoint), request_(request), sink_(sink) {
  static_assert(CURL_ERROR_SIZE == std::tuple_size_v<decltype(error_text_)>);
}

std::string_view Exchange::fixed_body() const {
  return request_.borrowed_body.empty() ? std::string_view(request_.body) : request_.borrowed_body;
}

void Exchange::apply_to(void* easy) {
  curl_easy_setopt(easy, CURLOPT_URL, url_of(endpoint_, request_.target).c_str());
  curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, error_text_.data());
  const long connect_limit = (request_.idle_limit.count() > 0 ? request_.idle_limit : kConnectLimit).count();
  curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, connect_limit);
  curl_easy_setopt(easy, CURLOPT_BUFFERSIZE, kReceiveBuffer);
  curl_easy_setopt(easy, CURLOPT_UPLOAD_BUFFERSIZE, kSendBuffer);
  curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, &on_head);
  curl_easy_setopt(easy, CURLOPT_HEADERDATA, this);
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, &on_body);
  curl_easy_setopt(easy, CURLOPT_WRITEDATA, this);
  curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION, &on_sending);
  curl_easy_setopt(easy, CURLOPT_PREREQDATA, this);
  apply_body(easy);
  apply_headers(easy);
}

void Exchange::apply_body(void* easy) {
  const std::string& method = request_.method;
  const std::string_view body = fixed_body();
  if (request_.body_source) {
    const auto size = request_.body_size ? static_cast<curl_off_t>(*request_.body_size) : curl_off_t{-1};
    curl_easy_setopt(easy, CURLOPT_UPLOAD, 1L);
    curl_easy_setopt(easy, CURLOPT_INFILESIZE_LARGE, size);
    curl_easy_setopt(easy, CURLOPT_READFUNCTION, &on_want_body);
    curl_easy_setopt(easy, CURLOPT_READDATA, this);
  } else if (!body.empty() || method == "POST") {
    curl_easy_setopt(easy, CURLOPT_POST, 1L);
    curl_easy_setopt(easy, CURLOPT_POSTFIELDS, body.data() == nullptr ? "" : body.data());
    curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body.size()));
  } else if (method == "HEAD") {
    curl_easy_setopt(easy, CURLOPT_NOBODY, 1L);
  }
  if (method != "GET" || request_.body_source || !body.empty()) {
    curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, method.c_str());
  }
}

void Exchange::apply_headers(void* easy) {
  append(headers_,
         "Expect:");  // no "100-continue": it costs a round trip, and a second with those who ignore it
  if (!has_header(request_.headers, "Content-Type")) {
    append(headers_, "Content-Type:");  // not libcurl's form type
  }
  for (const auto& [name, value] : request_.headers) {
    append(headers_, value.empty() ? name + ";" : name + ": " + value);
  }
  curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers_.get());
}

std::size_t Exchange::take_head(std::string_view line) {
  head_bytes_ += line.size();
  if (head_bytes_ > kMaxHead) {
    end_ = End::too_large;
    return 0;
  }
  const std::string_view text = base::trim(line);
  if (const auto status = parse_status_line(text)) {  // also of each interim answer
    response_.status = *status;
    response_.headers.clear();
  } else {
    parse_header_line(text, response_.headers);
  }
  return line.size();
}

std::size_t Exchange::take_body(std::string_view piece) {
  if (sink_ != nullptr && response_.status / 100 == 2) {
    try {
      if ((*sink_)(piece)) {
        return piece.size();
      }
      end_ = End::sink_done;
    } catch (...) {
      thrown_ = std::current_exception();
    }
    return 0;  // fewer than given: libcurl ends the transfer
  }
  if (response_.body.size() + piece.size() > kMaxBody) {
    end_ = End::too_large;
    return 0;
  }
  response_.body += piece;
  return piece.size();
}

std::size_t Exchange::give_body(char* into, std::size_t size) {
  try {
    return request_.body_source(into, size);
  } catch (...) {
    thrown_ = std::current_exception();
    return CURL_READFUNC_ABORT;
  }
}

bool Exchange::may_send() {
  // libcurl sends again, whatever the method, when a kept connection ends before a byte of the answer came.
  // The server may have acted on the first sending, so that is only right for what may be done twice.
  ++sendings_;
  return sendings_ == 1 || is_repeatable(request_.method);
}

bool Exchange::is_settled(bool transfer_ok) const {
  if (thrown_) {
    std::rethrow_exception(thrown_);
  }
  if (end_ == End::too_large) {
    throw base::Error(base::ErrorCode::untrusted, "the answer of " + name_of(endpoint_) + " is too large",
                      "more than " + base::to_size_text(head_bytes_ > kMaxHead ? kMaxHead : kMaxBody));
  }
  return transfer_ok || end_ == End::sink_done;
}

}  // namespace ingot::http
