# Homebrew formula; from a checkout: brew install --build-from-source ./packaging/afterdark.rb
class Afterdark < Formula
  desc "Cassette player for the terminal"
  license any_of: ["MIT", "Apache-2.0"]
  version "0.1.0"
  url "file://#{File.expand_path("..", __dir__)}", using: :git, branch: "main"

  depends_on "pkgconf" => :build
  depends_on "rust" => :build
  on_linux do
    depends_on "alsa-lib"
  end

  def install
    system "cargo", "install", *std_cargo_args
    generate_completions_from_executable(bin/"afterdark", "completions")
    system bin/"afterdark", "man", "--folder", man1
  end

  test do
    assert_match version.to_s, shell_output("#{bin}/afterdark --version")
    assert_match "afterdark", shell_output("#{bin}/afterdark man")
  end
end
