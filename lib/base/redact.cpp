// SPDX-License-Identifier: Apache-2.0
#include "base/redact.hpp"

#include <algorithm>
#include <array>

namespace ingot::base {

namespace {

constexpr std::string_view kPemBegin = "-----BEGIN ";
constexpr std::string_view kPemEnd = "-----END ";
constexpr std::string_view kPemDashes = "-----";
constexpr std::string_view kPemInBase64 = "LS0tLS1CRUdJTi";  // "-----BEGIN "
// Of keys without their dashes and underscores, in lower case.
constexpr std::array<std::string_view, 7> kSecretEnds{"token",     "password", "passwd",        "apikey",
                                                      "secretkey", "keydata",  "certificatekey"};

bool is_alnum(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool is_word(char c) {
  return is_alnum(c) || c == '_' || c == '-';
}

bool is_base64(char c) {
  return is_alnum(c) || c == '+' || c == '/' || c == '=';
}

bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

// Looks at the text from one place on, and says where what is secret there ends.
class Redactor {
 public:
  explicit Redactor(std::string_view text) : text_(text) {}

  std::string run() {
    while (at_ < text_.size()) {
      const bool at_word = is_word(text_[at_]) && (at_ == 0 || !is_word(text_[at_ - 1]));
      if (!take_pem() && !take_base64() && !take_url() && !(at_word && take_word())) {
        out_ += text_[at_++];
      }
    }
    return std::move(out_);
  }

 private:
  [[nodiscard]] bool is_at(std::string_view what) const { return text_.substr(at_).starts_with(what); }
  [[nodiscard]] char peek(std::size_t at) const { return at < text_.size() ? text_[at] : '\0'; }

  template <typename Is>
  [[nodiscard]] std::size_t end_of(std::size_t at, Is is) const {
    while (at < text_.size() && is(text_[at])) {
      ++at;
    }
    return at;
  }

  void skip_to(std::size_t end) {
    out_ += kRedacted;
    at_ = std::min(end, text_.size());
  }

  bool take_pem() {
    if (!is_at(kPemBegin)) {
      return false;
    }
    auto end = text_.find(kPemEnd, at_);
    end = end == std::string_view::npos ? end : text_.find(kPemDashes, end + kPemEnd.size());
    skip_to(end == std::string_view::npos ? text_.size() : end + kPemDashes.size());
    return true;
  }

  bool take_base64() {
    if (!is_at(kPemInBase64)) {
      return false;
    }
    skip_to(end_of(at_, is_base64));
    return true;
  }

  // "://user:password@"
  bool take_url() {
    constexpr std::string_view kScheme = "://";
    constexpr std::size_t kLongest = 512;  // of what stands before the host: no second look at a long text
    if (!is_at(kScheme)) {
      return false;
    }
    const auto begin = at_ + kScheme.size();
    std::size_t at = begin;
    while (at < text_.size() && at - begin < kLongest && !is_blank(text_[at]) && text_[at] != '/' &&
           text_[at] != '"' && text_[at] != '@') {
      ++at;
    }
    out_ += kScheme;
    at_ = begin;
    if (peek(at) == '@') {
      skip_to(at);
    }
    return true;
  }

  bool take_word() {
    const auto end = end_of(at_, is_word);
    if (is_bootstrap_token(end) || is_signed_token(end)) {
      skip_to(end_of(at_, [](char c) { return is_word(c) || c == '.'; }));
      return true;
    }
    const auto word = text_.substr(at_, end - at_);
    out_ += word;
    const bool is_flag = word.starts_with("--");
    at_ = end;
    if (is_secret_name(word)) {
      take_value(is_flag);
    }
    return true;
  }

  // "abcdef.0123456789abcdef"
  [[nodiscard]] bool is_bootstrap_token(std::size_t end) const {
    return end - at_ == 6 && peek(end) == '.' && end_of(end + 1, is_word) == end + 17;
  }
  // "eyJhbGci….eyJpc3Mi….signature"
  [[nodiscard]] bool is_signed_token(std::size_t end) const {
    return is_at("eyJ") && end - at_ > 10 && peek(end) == '.' && text_.substr(end + 1).starts_with("eyJ");
  }

  [[nodiscard]] static bool is_secret_name(std::string_view word) {
    std::string name;
    for (const char c : word) {
      if (c != '-' && c != '_') {
        name += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
      }
    }
    return std::ranges::any_of(kSecretEnds,
                               [&](std::string_view end) { return std::string_view(name).ends_with(end); });
  }

  // The value of a key: `": "..."`, `=...`, or after a flag the next word.
  void take_value(bool is_flag) {
    auto at = at_;
    at += peek(at) == '\\' && peek(at + 1) == '"' ? 2U : 0U;
    at += peek(at) == '"' ? 1U : 0U;
    const auto blanks = end_of(at, is_blank);
    if (peek(blanks) == ':' || peek(blanks) == '=') {
      at = end_of(blanks + 1, is_blank);
    } else if (is_flag && blanks > at) {
      at = blanks;
    } else {
      return;
    }
    out_ += text_.substr(at_, at - at_);
    at_ = at;
    if (text_.substr(at).starts_with("\\\"")) {  // JSON in a string of JSON
      out_ += "\\\"";
      skip_to(std::min(text_.find("\\\"", at + 2), text_.size()));
    } else if (peek(at) == '"') {
      out_ += '"';
      auto end = at + 1;
      while (end < text_.size() && text_[end] != '"') {
        end += text_[end] == '\\' ? 2U : 1U;
      }
      skip_to(end);
    } else if (const auto end = end_of(at, [](char c) { return !is_blank(c) && c != ',' && c != '"'; });
               end > at && text_[at] != '{' && text_[at] != '[') {
      skip_to(end);
    }
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::string out_;
};

}  // namespace

std::string redacted(std::string_view text) {
  return Redactor(text).run();
}

}  // namespace ingot::base
