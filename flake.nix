{
  description = "Cassette player for the terminal";

  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";

  outputs =
    { self, nixpkgs }:
    let
      systems = [
        "x86_64-linux"
        "aarch64-linux"
      ];
      each = f: nixpkgs.lib.genAttrs systems (system: f nixpkgs.legacyPackages.${system});
    in
    {
      packages = each (pkgs: {
        default = pkgs.rustPlatform.buildRustPackage {
          pname = "afterdark";
          version = "0.1.0";
          src = self;
          buildType = "dist";
          cargoLock.lockFile = ./Cargo.lock;
          nativeBuildInputs = [
            pkgs.pkg-config
            pkgs.installShellFiles
          ];
          buildInputs = [ pkgs.alsa-lib ];
          AFTERDARK_COMMIT = self.shortRev or "";
          # The tests want a sound server and other players.
          doCheck = false;
          postInstall = ''
            $out/bin/afterdark man --folder man
            installManPage man/*.1
            for shell in bash zsh fish; do
              installShellCompletion --cmd afterdark --$shell <($out/bin/afterdark completions $shell)
            done
            install -Dm644 assets/afterdark.desktop -t $out/share/applications
            install -Dm644 assets/afterdark.svg -t $out/share/icons/hicolor/scalable/apps
          '';
          meta = {
            description = "Cassette player for the terminal";
            license = with pkgs.lib.licenses; [
              mit
              asl20
            ];
            mainProgram = "afterdark";
          };
        };
      });
    };
}
