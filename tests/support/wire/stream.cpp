// SPDX-License-Identifier: Apache-2.0
#include "support/wire/stream.hpp"

#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <sys/socket.h>

#include <array>

namespace ingot::testing {

namespace {

constexpr std::size_t kPiece = 65536;

class PlainStream final : public Stream {
 public:
  explicit PlainStream(int fd) : fd_(fd) {}

  std::string receive() override {
    std::string bytes(kPiece, '\0');
    const ssize_t size = ::recv(fd_, bytes.data(), bytes.size(), 0);
    bytes.resize(size > 0 ? static_cast<std::size_t>(size) : 0);
    return bytes;
  }
  bool send(std::string_view bytes) override {
    while (!bytes.empty()) {
      const ssize_t size = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (size <= 0) {
        return false;
      }
      bytes.remove_prefix(static_cast<std::size_t>(size));
    }
    return true;
  }
  [[nodiscard]] bool has_pending() const override { return false; }
  [[nodiscard]] int fd() const override { return fd_; }
  [[nodiscard]] std::string client_name() const override { return {}; }

 private:
  int fd_;
};

using Context = std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)>;
using Bio = std::unique_ptr<BIO, decltype(&BIO_free)>;
using Certificate = std::unique_ptr<X509, decltype(&X509_free)>;
using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;

Bio to_bio(const std::string& text) {
  return {BIO_new_mem_buf(text.data(), static_cast<int>(text.size())), &BIO_free};
}

Certificate to_certificate(const std::string& text) {
  return {PEM_read_bio_X509(to_bio(text).get(), nullptr, nullptr, nullptr), &X509_free};
}

// One context per connection: OpenSSL's own locks are invisible to ThreadSanitizer.
Context to_context(const TlsIdentity& identity) {
  Context context(SSL_CTX_new(TLS_server_method()), &SSL_CTX_free);
  const Certificate certificate = to_certificate(identity.certificate);
  const Key key(PEM_read_bio_PrivateKey(to_bio(identity.key).get(), nullptr, nullptr, nullptr),
                &EVP_PKEY_free);
  if (certificate == nullptr || key == nullptr ||
      SSL_CTX_use_certificate(context.get(), certificate.get()) != 1 ||
      SSL_CTX_use_PrivateKey(context.get(), key.get()) != 1) {
    return {nullptr, &SSL_CTX_free};
  }
  if (const Certificate ca = to_certificate(identity.client_ca); ca != nullptr) {
    X509_STORE_add_cert(SSL_CTX_get_cert_store(context.get()), ca.get());
    SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
  }
  return context;
}

class TlsStream final : public Stream {
 public:
  TlsStream(int fd, Context context)
      : fd_(fd), context_(std::move(context)), ssl_(SSL_new(context_.get()), &SSL_free) {
    SSL_set_fd(ssl_.get(), fd);
    is_open_ = SSL_accept(ssl_.get()) == 1;
  }

  std::string receive() override {
    std::string bytes(kPiece, '\0');
    const int size = is_open_ ? SSL_read(ssl_.get(), bytes.data(), static_cast<int>(bytes.size())) : 0;
    bytes.resize(size > 0 ? static_cast<std::size_t>(size) : 0);
    return bytes;
  }
  bool send(std::string_view bytes) override {
    return bytes.empty() ||
           (is_open_ && SSL_write(ssl_.get(), bytes.data(), static_cast<int>(bytes.size())) > 0);
  }
  [[nodiscard]] bool has_pending() const override { return SSL_pending(ssl_.get()) > 0; }
  [[nodiscard]] int fd() const override { return fd_; }
  [[nodiscard]] bool is_open() const { return is_open_; }

  [[nodiscard]] std::string client_name() const override {
    const Certificate certificate(SSL_get1_peer_certificate(ssl_.get()), &X509_free);
    if (certificate == nullptr) {
      return {};
    }
    std::array<char, 256> name{};
    X509_NAME_get_text_by_NID(X509_get_subject_name(certificate.get()), NID_commonName, name.data(),
                              static_cast<int>(name.size()));
    return name.data();
  }

 private:
  int fd_;
  Context context_;
  std::unique_ptr<SSL, decltype(&SSL_free)> ssl_;
  bool is_open_ = false;
};

}  // namespace

std::unique_ptr<Stream> plain_stream(int fd) {
  return std::make_unique<PlainStream>(fd);
}

std::unique_ptr<Stream> tls_stream(int fd, const TlsIdentity& identity) {
  Context context = to_context(identity);
  if (context == nullptr) {
    return nullptr;
  }
  auto stream = std::make_unique<TlsStream>(fd, std::move(context));
  return stream->is_open() ? std::move(stream) : nullptr;
}

}  // namespace ingot::testing
