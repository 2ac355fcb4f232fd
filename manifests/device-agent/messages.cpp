// SPDX-License-Identifier: Apache-2.0
#include "messages.hpp"

#include <cstdint>

namespace ingot::agent {

namespace {

constexpr unsigned kBytes = 2;  // wire type of texts and messages

void add_varint(std::string& out, std::uint64_t value) {
  while (value >= 0x80) {
    out += static_cast<char>(static_cast<unsigned char>(value | 0x80));
    value >>= 7U;
  }
  out += static_cast<char>(static_cast<unsigned char>(value));
}

void add(std::string& out, unsigned field, std::string_view bytes) {
  add_varint(out, field << 3U | kBytes);
  add_varint(out, bytes.size());
  out += bytes;
}

class Reader {
 public:
  explicit Reader(std::string_view bytes) : rest_(bytes) {}

  struct Field {
    std::uint64_t number = 0;
    std::string_view bytes;   // of texts and messages
    std::uint64_t value = 0;  // of numbers
  };
  [[nodiscard]] bool at_end() const { return rest_.empty(); }

  // Nothing when it is broken.
  std::optional<Field> next() {
    const auto tag = varint();
    if (!tag) {
      return std::nullopt;
    }
    Field field{.number = *tag >> 3U, .bytes = {}};
    switch (*tag & 7U) {
      case 0: {
        const auto value = varint();
        field.value = value.value_or(0);
        return value ? std::optional(field) : std::nullopt;
      }
      case 1:
        return skip(8) ? std::optional(field) : std::nullopt;
      case 5:
        return skip(4) ? std::optional(field) : std::nullopt;
      case kBytes:
        break;
      default:
        return std::nullopt;
    }
    const auto size = varint();
    if (!size || *size > rest_.size()) {
      return std::nullopt;
    }
    field.bytes = rest_.substr(0, *size);
    rest_.remove_prefix(*size);
    return field;
  }

 private:
  std::optional<std::uint64_t> varint() {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 64 && !rest_.empty(); shift += 7) {
      const auto byte = static_cast<unsigned char>(rest_.front());
      rest_.remove_prefix(1);
      value |= std::uint64_t{byte & 0x7FU} << shift;
      if ((byte & 0x80U) == 0) {
        return value;
      }
    }
    return std::nullopt;
  }

  bool skip(std::size_t count) {
    if (count > rest_.size()) {
      return false;
    }
    rest_.remove_prefix(count);
    return true;
  }

  std::string_view rest_;
};

// The bytes of each field 1.
std::optional<std::vector<std::string_view>> firsts(std::string_view message) {
  std::vector<std::string_view> found;
  for (Reader reader(message); !reader.at_end();) {
    const auto field = reader.next();
    if (!field) {
      return std::nullopt;
    }
    if (field->number == 1) {
      found.push_back(field->bytes);
    }
  }
  return found;
}

// One of read_preferred_request()'s.
std::optional<Choice> read_choice(std::string_view message) {
  Choice choice;
  for (Reader reader(message); !reader.at_end();) {
    const auto field = reader.next();
    if (!field) {
      return std::nullopt;
    }
    if (field->number == 1) {
      choice.available.emplace_back(field->bytes);
    } else if (field->number == 2) {
      choice.included.emplace_back(field->bytes);
    } else if (field->number == 3) {
      choice.size = field->value;
    }
  }
  return choice;
}

}  // namespace

std::string register_request(std::string_view endpoint, std::string_view resource) {
  std::string message;
  add(message, 1, "v1beta1");
  add(message, 2, endpoint);
  add(message, 3, resource);
  return message;
}

std::string device_list(const std::vector<std::string>& ids) {
  std::string message;
  for (const auto& id : ids) {
    std::string device;
    add(device, 1, id);
    add(device, 2, "Healthy");
    add(message, 1, device);
  }
  return message;
}

std::string plugin_options() {
  constexpr unsigned kPreferredIsAvailable = 2;
  std::string message;
  add_varint(message, kPreferredIsAvailable << 3U);
  add_varint(message, 1);
  return message;
}

std::optional<Allocation> read_allocate_request(std::string_view message) {
  const auto containers = firsts(message);
  if (!containers) {
    return std::nullopt;
  }
  Allocation allocation;
  for (const auto container : *containers) {
    const auto ids = firsts(container);
    if (!ids) {
      return std::nullopt;
    }
    allocation.emplace_back(ids->begin(), ids->end());
  }
  return allocation;
}

std::string allocate_response(const Allocation& cdi_devices) {
  constexpr unsigned kCdiDevices = 5;
  std::string message;
  for (const auto& names : cdi_devices) {
    std::string container;
    for (const auto& name : names) {
      std::string device;
      add(device, 1, name);
      add(container, kCdiDevices, device);
    }
    add(message, 1, container);
  }
  return message;
}

std::optional<std::vector<Choice>> read_preferred_request(std::string_view message) {
  const auto containers = firsts(message);
  if (!containers) {
    return std::nullopt;
  }
  std::vector<Choice> choices;
  for (const auto container : *containers) {
    auto choice = read_choice(container);
    if (!choice) {
      return std::nullopt;
    }
    choices.push_back(std::move(*choice));
  }
  return choices;
}

std::string preferred_response(const Allocation& ids) {
  std::string message;
  for (const auto& of_container : ids) {
    std::string container;
    for (const auto& id : of_container) {
      add(container, 1, id);
    }
    add(message, 1, container);
  }
  return message;
}

std::string framed(std::string_view message) {
  std::string frame(1, '\0');
  for (unsigned shift = 32; shift > 0;) {
    shift -= 8;
    frame += static_cast<char>(static_cast<unsigned char>(message.size() >> shift));
  }
  return frame.append(message);
}

std::optional<std::string_view> unframed(std::string_view body) {
  constexpr std::size_t kHead = 5;
  if (body.size() < kHead || body.front() != '\0') {
    return std::nullopt;
  }
  std::size_t size = 0;
  for (std::size_t i = 1; i < kHead; ++i) {
    size = size << 8U | static_cast<unsigned char>(body[i]);
  }
  return body.size() - kHead == size ? std::optional(body.substr(kHead)) : std::nullopt;
}

}  // namespace ingot::agent
