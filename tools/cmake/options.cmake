# The two interface targets that every target of ours links privately; library headers never see them.
add_library(ingot_options INTERFACE)
target_compile_features(ingot_options INTERFACE cxx_std_20)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)

target_compile_definitions(ingot_options INTERFACE $<$<CONFIG:Debug>:_GLIBCXX_ASSERTIONS>)
# No name of a folder of this machine in what is compiled: the same everywhere, and one compiler cache for all clones.
target_compile_options(ingot_options INTERFACE "-ffile-prefix-map=${CMAKE_SOURCE_DIR}=.")
if(INGOT_SANITIZE)
  target_compile_options(ingot_options INTERFACE
    -fsanitize=${INGOT_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all
    # Of pointers AddressSanitizer tells what matters; asked at every use of one, these are most of what is compiled.
    -fno-sanitize=null,alignment,object-size,pointer-overflow)
  target_link_options(ingot_options INTERFACE -fsanitize=${INGOT_SANITIZE})
endif()
if(INGOT_FUZZ)  # lets libFuzzer see which branches of ours an input takes
  target_compile_options(ingot_options INTERFACE -fsanitize=fuzzer-no-link)
endif()
if(CMAKE_BUILD_TYPE STREQUAL "Release")
  # Of much that is templates a third is less to load; ingot waits more than it computes, and takes as long with -O2.
  set(CMAKE_CXX_FLAGS_RELEASE "-Os -DNDEBUG")
  target_compile_options(ingot_options INTERFACE
    -ffunction-sections -fdata-sections -fstack-protector-strong -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2)
  # No "-z now": a third of our start-up would be the eager binding of libcurl's dependencies.
  target_link_options(ingot_options INTERFACE -Wl,--gc-sections -Wl,-z,relro -Wl,--as-needed -pie -s)
endif()
if(INGOT_PORTABLE)
  target_link_options(ingot_options INTERFACE -static-libstdc++ -static-libgcc)
endif()

add_library(ingot_warnings INTERFACE)
target_compile_options(ingot_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wold-style-cast -Wnon-virtual-dtor
  -Woverloaded-virtual -Wcast-align -Wnull-dereference -Wdouble-promotion -Wformat=2 -Wimplicit-fallthrough
  -Wextra-semi -Wunused -Wmissing-declarations
  -Wno-missing-field-initializers)  # designated initializers leave members out on purpose
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  target_compile_options(ingot_warnings INTERFACE
    -Wlogical-op -Wduplicated-cond -Wduplicated-branches -Wuseless-cast -Wsuggest-override
    # g++ 12 sees uninitialised members inside <stop_token> at -O2, and null pointers inside <vector>.
    -Wno-error=maybe-uninitialized -Wno-error=null-dereference)
endif()
if(INGOT_WERROR)
  target_compile_options(ingot_warnings INTERFACE -Werror)
endif()
