// SPDX-License-Identifier: Apache-2.0
#include "tar/stream_reader.hpp"

#include "base/error.hpp"

#include <algorithm>
#include <charconv>

namespace ingot::tar {

namespace {

constexpr std::uint64_t kBlock = 512;
constexpr std::uint64_t kLargestExtension = 1U << 20U;
constexpr std::uint64_t kLargestSize = std::uint64_t{1} << 50U;

[[noreturn]] void broken(std::string why) {
  throw base::Error(base::ErrorCode::untrusted, "the archive is no proper tar archive", std::move(why));
}

std::string_view field(std::string_view block, std::size_t at, std::size_t size) {
  const auto text = block.substr(at, size);
  return text.substr(0, text.find('\0'));
}

// Octal digits, or, by GNU, a binary number behind a byte 0x80.
std::uint64_t number(std::string_view block, std::size_t at, std::size_t size) {
  const auto text = block.substr(at, size);
  std::uint64_t value = 0;
  if (static_cast<unsigned char>(text[0]) == 0x80) {
    for (const char c : text.substr(1)) {
      if (value > kLargestSize) {
        broken("an entry is too large");
      }
      value = value * 256 + static_cast<unsigned char>(c);
    }
  } else {
    const auto digits = text.substr(std::min(text.find_first_not_of(' '), text.size()));
    const auto [rest, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value, 8);
    const bool is_clean = rest == digits.data() + digits.size() || *rest == ' ' || *rest == '\0';
    if (error != std::errc() || !is_clean) {
      broken("a number in a header is none");
    }
  }
  if (value > kLargestSize) {
    broken("an entry is too large");
  }
  return value;
}

// The same of what is only told, not relied on: some writers leave nonsense there.
std::uint64_t number_or(std::uint64_t otherwise, std::string_view block, std::size_t at, std::size_t size) {
  try {
    return number(block, at, size);
  } catch (const base::Error&) {
    return otherwise;
  }
}

// The sum of all bytes, its own field taken as spaces.
bool has_right_sum(std::string_view block) {
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i < kBlock; ++i) {
    sum += static_cast<unsigned char>(i >= 148 && i < 156 ? ' ' : block[i]);
  }
  return sum == number(block, 148, 8);
}

std::string path_of(std::string_view block) {
  std::string path(field(block, 0, 100));
  if (block.substr(257, 6) == std::string_view("ustar\0", 6)) {
    if (const auto prefix = field(block, 345, 155); !prefix.empty()) {
      path = std::string(prefix) + "/" + path;
    }
  }
  return path;
}

StreamReader::Kind kind_of(char type) {
  switch (type) {
    case '\0':  // of archives older than ustar
    case '0':
    case '7':
      return StreamReader::Kind::file;
    case '2':
      return StreamReader::Kind::symlink;
    case '5':
      return StreamReader::Kind::folder;
    default:
      return StreamReader::Kind::other;
  }
}

// Links, devices and folders may carry a size, and never content.
bool has_content(char type) {
  return type < '1' || type > '6';
}

std::uint64_t padding_of(std::uint64_t size) {
  return (kBlock - size % kBlock) % kBlock;
}

// Calls `visit` for each "LENGTH KEY=VALUE\n" of a pax header.
void each_record(std::string_view text,
                 const std::function<void(std::string_view key, std::string_view value)>& visit) {
  while (!text.empty()) {
    std::size_t length = 0;
    const auto [rest, error] = std::from_chars(text.data(), text.data() + text.size(), length);
    const auto digits = static_cast<std::size_t>(rest - text.data());
    if (error != std::errc() || length <= digits + 1 || length > text.size() || text[digits] != ' ' ||
        text[length - 1] != '\n') {
      broken("an extended header is malformed");
    }
    const auto record = text.substr(digits + 1, length - digits - 2);
    const auto equals = record.find('=');
    if (equals == std::string_view::npos) {
      broken("an extended header is malformed");
    }
    visit(record.substr(0, equals), record.substr(equals + 1));
    text.remove_prefix(length);
  }
}

}  // namespace

std::string_view StreamReader::take(std::string_view& bytes, std::uint64_t most) {
  const auto piece = bytes.substr(0, static_cast<std::size_t>(std::min<std::uint64_t>(most, bytes.size())));
  bytes.remove_prefix(piece.size());
  left_ -= piece.size();
  return piece;
}

void StreamReader::feed(std::string_view bytes) {
  has_begun_ = has_begun_ || !bytes.empty();
  while (!bytes.empty() && state_ != State::done) {
    const auto piece = take(bytes, left_);
    if (state_ == State::content) {
      sink_.content(piece);
    } else if (state_ == State::padding) {
      padding_bytes_ += piece;
    } else {
      head_ += piece;
    }
    if (left_ > 0) {
      continue;
    }
    switch (state_) {
      case State::header:
        read_header();
        break;
      case State::extension:
        read_extension();
        break;
      case State::content:
        end_content();
        break;
      default:
        sink_.end(std::exchange(padding_bytes_, {}));
        state_ = State::header;
        left_ = kBlock;
    }
  }
}

void StreamReader::read_header() {
  const auto block = std::string_view(head_).substr(block_at_);
  if (block.find_first_not_of('\0') == std::string_view::npos) {
    state_ = State::done;
    return;
  }
  if (!has_right_sum(block)) {
    broken("a header's checksum is wrong");
  }
  const char type = block[156];
  const auto size = number(block, 124, 12);
  if (type == 'x' || type == 'g' || type == 'L' || type == 'K') {
    if (size == 0 || size > kLargestExtension || head_.size() > 4 * kLargestExtension) {
      broken("an extended header is empty or too long");
    }
    extension_type_ = type;
    block_at_ = head_.size();
    padding_ = padding_of(size);
    left_ = size + padding_;
    state_ = State::extension;
    return;
  }
  begin_entry(type, size, block);
}

void StreamReader::read_extension() {
  const auto text = std::string_view(head_).substr(block_at_, head_.size() - block_at_ - padding_);
  if (extension_type_ == 'L') {
    long_path_ = text.substr(0, text.find('\0'));
  } else if (extension_type_ == 'K') {
    long_link_ = text.substr(0, text.find('\0'));
  } else if (extension_type_ == 'x') {
    each_record(text, [&](std::string_view key, std::string_view value) {
      if (key == "path") {
        long_path_ = value;
      } else if (key == "linkpath") {
        long_link_ = value;
      } else if (key == "size") {
        const auto [rest, error] = std::from_chars(value.data(), value.data() + value.size(), long_size_);
        if (error != std::errc() || rest != value.data() + value.size() || long_size_ > kLargestSize) {
          broken("a size in an extended header is none");
        }
        has_long_size_ = true;
      }
    });
  }
  block_at_ = head_.size();
  left_ = kBlock;
  state_ = State::header;
}

void StreamReader::begin_entry(char type, std::uint64_t size, std::string_view block) {
  Entry entry{.path = long_path_.empty() ? path_of(block) : std::exchange(long_path_, {}),
              .size = has_long_size_ ? long_size_ : size,
              .kind = kind_of(type),
              .mode = static_cast<unsigned>(number_or(0644, block, 100, 8) & 07777U),
              .modified = number_or(0, block, 136, 12),
              .link_target =
                  long_link_.empty() ? std::string(field(block, 157, 100)) : std::exchange(long_link_, {})};
  if (!has_content(type)) {
    entry.size = 0;
  }
  has_long_size_ = false;
  while (entry.path.starts_with("./")) {
    entry.path.erase(0, 2);
  }
  padding_ = padding_of(entry.size);
  left_ = entry.size;
  state_ = State::content;
  sink_.begin(entry, std::exchange(head_, {}));
  block_at_ = 0;
  if (left_ == 0) {
    end_content();
  }
}

void StreamReader::end_content() {
  left_ = padding_;
  state_ = State::padding;
  if (left_ == 0) {
    sink_.end({});
    left_ = kBlock;
    state_ = State::header;
  }
}

void StreamReader::finish() const {
  if (!has_begun_) {
    broken("it is empty");
  }
  // Writers exist that leave the closing blocks out.
  if (state_ != State::done && !(state_ == State::header && head_.empty())) {
    broken("it ends in the middle of an entry");
  }
}

}  // namespace ingot::tar
