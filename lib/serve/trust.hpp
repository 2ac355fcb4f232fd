// SPDX-License-Identifier: Apache-2.0
// Whom a client of the live API takes for its server: whose certificate it knows, or who is vouched for.
// There is no way to take everybody.
#pragma once

#include "base/error.hpp"

#include <optional>
#include <string>
#include <vector>

struct ssl_st;      // OpenSSL's SSL and
struct ssl_ctx_st;  // SSL_CTX
struct x509_store_ctx_st;

namespace ingot::serve {

struct Trust {
  std::vector<std::string>
      fingerprints;         // of certificates that are known: names and authorities do not matter
  std::string authorities;  // PEM, of those whose word counts besides; empty: the system's
  bool is_pinned = false;   // nobody's word counts
};

// What somebody names: "sha256:<hex>", also with colons in it, or a file of PEM, whose certificates are known
// themselves, and may vouch for others. Error{invalid_input} for what is neither.
[[nodiscard]] Trust read_trust(const std::string& given);
// Without any wish: the certificate that this user's own server keeps in a file, if there is one, and the
// system's authorities.
[[nodiscard]] Trust usual_trust(const std::string& own_certificate);

// Decides while a connection is made, and remembers why not. Must live as long as the context, which is for
// one connection.
class Verifier {
 public:
  Verifier(Trust trust, std::string host) : trust_(std::move(trust)), host_(std::move(host)) {}
  Verifier(const Verifier&) = delete;
  Verifier& operator=(const Verifier&) = delete;

  void set_up(ssl_ctx_st* context);
  // `connection`: of that context.
  void set_up(ssl_st* connection);

  // Why the certificate was not taken, with what to do; nothing: it was, or there was none yet. `server` is
  // its name for people.
  [[nodiscard]] std::optional<base::Failure> failure(const std::string& server) const;

 private:
  enum class Verdict { good, unknown, other_names, not_now };
  static int decide(x509_store_ctx_st* chain, void* self);
  [[nodiscard]] Verdict judge(x509_store_ctx_st* chain);

  const Trust trust_;
  const std::string host_;
  ssl_ctx_st* context_ = nullptr;
  std::string shown_;  // PEM
  std::string reason_;
  Verdict verdict_ = Verdict::good;
};

}  // namespace ingot::serve
