using System.Xml.Linq;
using OrleansMarket.Deployment.Tests.Product;
using OrleansMarket.Deployment.Tests.Tools;
using OrleansMarket.TestKit;

namespace OrleansMarket.Deployment.Tests.Image;

public sealed class DockerfileTests
{
    [NeedsFact(NeedsFactAttribute.NodeModules)]
    public async Task File_LintsClean() => (await Tool.RunNodeAsync("dockerfile-utils", ["lint", Repository.At("Dockerfile")])).ShouldSucceed().Said.Trim().ShouldBeEmpty();

    [NeedsTheory(NeedsFactAttribute.NodeModules)]
    [InlineData("--interval=", "--intervall=")]
    [InlineData("EXPOSE 8080", "EXPOSE http")]
    [InlineData("WORKDIR /\n", "WORKDIRR /\n")]
    public async Task Lint_FindsWhatIsWrong(string right, string wrong)
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder.File("Dockerfile"), Repository.Read("Dockerfile").Replace(right, wrong, StringComparison.Ordinal));

        (await Tool.RunNodeAsync("dockerfile-utils", ["lint", folder.File("Dockerfile")])).ShouldRefuse(wrong.Split(' ', '=')[0].TrimStart('-'));
    }

    [Theory]
    [InlineData("standalone", "OrleansMarket.Standalone")]
    [InlineData("silo", "OrleansMarket.Silo")]
    public void Image_IsSmallInRightsAndExplainsItself(string target, string program)
    {
        var stage = Dockerfile.Stage(target).ToList();

        stage[0].Words[0].ShouldEndWith("-chiseled");
        stage.Last(each => each.Name == "USER").Words.ShouldBe(["1654"]);
        stage.ShouldAllBe(each => each.Name != "RUN", "there is no shell to run anything");
        stage.Single(each => each.Name == "ENTRYPOINT").Line.ShouldBe($"ENTRYPOINT [\"dotnet\", \"/app/{program}.dll\"]");
        stage.Single(each => each.Name == "CMD").Line.ShouldBe("CMD [\"serve\"]");
        stage.Single(each => each.Name == "HEALTHCHECK").Line.ShouldEndWith($"CMD [\"dotnet\", \"/app/{program}.dll\", \"healthcheck\"]");
        stage.Single(each => each.Name == "WORKDIR").Words.ShouldBe(["/"]);
        stage.Where(each => each.Name == "COPY" && each.Words.Contains("--chown=1654:1654")).Select(each => each.Words[^1]).ShouldBe(["/data"]);
        stage.Single(each => each.Name == "VOLUME").Words.ShouldBe(["/data"], "it is written to even where the rest is read-only");
        foreach (var label in (string[])["title", "description", "licenses", "version", "revision"])
        {
            stage.Single(each => each.Name == "LABEL").Line.ShouldContain($"org.opencontainers.image.{label}=");
        }
    }

    [Fact]
    public void Version_IsThatOfTheProduct() => Dockerfile.Instructions.Single(each => each.Name == "ARG" && each.Words[0].StartsWith("VERSION=", StringComparison.Ordinal)).Words[0]
        .ShouldBe($"VERSION={XDocument.Load(Repository.At("Directory.Build.props")).Descendants("VersionPrefix").Single().Value}");

    [Fact]
    public void Silo_IsWhatABuildWithoutATargetMakes() => Dockerfile.Instructions[^1].Stage.ShouldBe("silo");

    /// <summary>What is copied before the restore is every project of the program and no code, so that the layer lasts.</summary>
    [Theory]
    [InlineData("standalone-build", "OrleansMarket.Standalone")]
    [InlineData("silo-build", "OrleansMarket.Silo")]
    public void RestoreLayer_HasEveryProjectOfTheProgram(string stage, string program)
    {
        var copied = CopiedBeforeRestore(stage).Where(file => file.EndsWith(".csproj", StringComparison.Ordinal)).Select(file => Path.GetFileNameWithoutExtension(file));

        copied.ShouldBe(Closure(program), ignoreOrder: true);
        CopiedBeforeRestore(stage).ShouldAllBe(file => !file.EndsWith('/'));
    }

    [Fact]
    public async Task RestoreLayer_RestoresFromWhatItCopies()
    {
        using var folder = new TemporaryFolder();
        foreach (var file in CopiedBeforeRestore("standalone-build"))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(folder.File(file))!);
            File.Copy(Repository.At(file), folder.File(file));
        }

        var restore = Dockerfile.Stage("standalone-build").Single(each => each.Line.StartsWith("RUN dotnet restore", StringComparison.Ordinal));

        (await Tool.StartAsync("dotnet", restore.Words[1..], folder.Path)).ShouldSucceed();
    }

    [Fact]
    public void Builder_GetsOnlyWhatIsCopied()
    {
        var ignore = Repository.Read(".dockerignore").Split('\n').Where(line => line.Length > 0 && !line.StartsWith('#')).ToList();
        ignore[0].ShouldBe("*", "everything is left out but what follows");
        var let = ignore.Where(line => line.StartsWith('!')).Select(line => line[1..]).ToList();

        foreach (var source in Dockerfile.Instructions.Where(each => each.Name == "COPY" && !each.Words[0].StartsWith("--from", StringComparison.Ordinal)).SelectMany(each => each.Words[..^1]))
        {
            let.ShouldContain(path => source == path || (path.EndsWith('/') && source.StartsWith(path, StringComparison.Ordinal)), source);
            Path.Exists(Repository.At(source)).ShouldBeTrue(source);
        }

        ignore.ShouldContain("src/**/bin");
        ignore.ShouldContain("src/**/obj");
    }

    /// <summary>The image's health check, against a product in its own folder, as in the image.</summary>
    [Fact]
    public async Task HealthCheck_IsACommandOfTheProgram()
    {
        await using var product = await RunningProduct.StartAsync(["serve", "--source", "simulator"]);

        (await RunningProduct.CommandAsync("healthcheck", "--wait", "200", "--url", product.Url.OriginalString)).ShouldSucceed();
        (await RunningProduct.CommandAsync("healthcheck", "--url", $"http://127.0.0.1:{FreePort.Next()}")).ExitCode.ShouldBe(1);
        (await RunningProduct.CommandAsync("healthcheck", "--silos", "2", "--url", product.Url.OriginalString)).ShouldRefuse("expected 2 silos, found 1");
        (await RunningProduct.CommandAsync("healthcheck", "--silos", "1", "--url", $"http://nobody.invalid:{product.Url.Port}")).ShouldRefuse("nobody.invalid");
    }

    [NeedsFact(NeedsFactAttribute.Bubblewrap)]
    public Task StandaloneHost_RunsHardenedAsPublished() => RunsHardenedAsync("standalone-build", "OrleansMarket.Standalone");

    [NeedsFact(NeedsFactAttribute.Bubblewrap, NeedsFactAttribute.Silo)]
    public Task Silo_RunsHardenedAsPublished() => RunsHardenedAsync("silo-build", "OrleansMarket.Silo");

    /// <summary>What the image's own command publishes needs nothing but its folder: it becomes ready, writes data only, and stops by itself when asked.</summary>
    private static async Task RunsHardenedAsync(string stage, string program)
    {
        using var folder = new TemporaryFolder();
        var publish = Dockerfile.Stage(stage).Single(each => each.Line.StartsWith("RUN dotnet publish", StringComparison.Ordinal)).Words
            .TakeWhile(word => word != "&&").Skip(1).Select(word => word == "Release" ? Configuration : word == "/out/app" ? folder.Path : word.Replace("${REVISION}", "test", StringComparison.Ordinal));
        (await Tool.StartAsync("dotnet", [.. publish, "--no-build"])).ShouldSucceed();

        await using var product = await RunningProduct.StartHardenedAsync(folder.Path, $"{program}.dll", "serve", "--source", "simulator");
        using var asked = new HttpRequestMessage(HttpMethod.Get, "/") { Headers = { { "Accept", "text/html" } } };
        using var page = await product.Http.SendAsync(asked);
        (await page.Content.ReadAsStringAsync()).ShouldContain("<html");

        (await product.StopAsync()).ShouldBe(0, product.Log);
        File.Exists(Path.Combine(product.Data, "api-key")).ShouldBeTrue();
        product.Log.ShouldNotContain("Read-only file system");
        product.Log.ShouldNotContain("Permission denied");
    }

    /// <summary>The configuration that this test was built in, and with it the programs.</summary>
    private static string Configuration => AppContext.BaseDirectory.Contains("/Release/", StringComparison.Ordinal) ? "Release" : "Debug";

    private static IEnumerable<string> CopiedBeforeRestore(string stage) => Dockerfile.Stage(stage)
        .TakeWhile(each => !each.Line.StartsWith("RUN dotnet restore", StringComparison.Ordinal)).Where(each => each.Name == "COPY").SelectMany(each => each.Words[..^1]);

    private static HashSet<string> Closure(string project)
    {
        var found = new HashSet<string>();
        Add(project);
        return found;

        void Add(string name)
        {
            if (found.Add(name))
            {
                foreach (var reference in XDocument.Load(Repository.At("src", name, $"{name}.csproj")).Descendants("ProjectReference"))
                {
                    Add(Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value.Replace('\\', '/')));
                }
            }
        }
    }
}
