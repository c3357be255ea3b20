using System.ComponentModel;
using OrleansMarket.TestKit;
using Xunit.Abstractions;
using Xunit.Sdk;

[assembly: TestFramework("OrleansMarket.Cluster.Tests.NeedsTestFramework", "OrleansMarket.Cluster.Tests")]

namespace OrleansMarket.Cluster.Tests;

/// <summary>A class whose tests, inherited ones too, are about something outside the repository. They are skipped, and say why, where that is missing.</summary>
/// <param name="variable">The environment variable that says where the thing is; test.sh sets it for what it finds.</param>
[AttributeUsage(AttributeTargets.Class)]
public sealed class NeedsAttribute(string variable) : Attribute
{
    public string Variable { get; } = variable;
}

/// <summary>Runs tests as xunit does, and skips those of classes that need what is missing.</summary>
public sealed class NeedsTestFramework(IMessageSink messages) : XunitTestFramework(messages)
{
    protected override ITestFrameworkDiscoverer CreateDiscoverer(IAssemblyInfo assemblyInfo) => new Discoverer(assemblyInfo, SourceInformationProvider, DiagnosticMessageSink);

    private sealed class Discoverer(IAssemblyInfo assembly, ISourceInformationProvider sources, IMessageSink messages) : XunitTestFrameworkDiscoverer(assembly, sources, messages)
    {
        protected override bool FindTestsForMethod(ITestMethod testMethod, bool includeSourceInformation, IMessageBus messageBus, ITestFrameworkDiscoveryOptions discoveryOptions)
        {
            var needs = testMethod.TestClass.Class.GetCustomAttributes(typeof(NeedsAttribute)).FirstOrDefault()?.GetConstructorArguments().OfType<string>().ToArray() ?? [];
            return NeedsFactAttribute.ReasonToSkip(needs) is { } reason && testMethod.Method.GetCustomAttributes(typeof(FactAttribute)).Any()
                ? ReportDiscoveredTestCase(
                    new SkippedTestCase(reason, DiagnosticMessageSink, discoveryOptions.MethodDisplayOrDefault(), discoveryOptions.MethodDisplayOptionsOrDefault(), testMethod),
                    includeSourceInformation, messageBus)
                : base.FindTestsForMethod(testMethod, includeSourceInformation, messageBus, discoveryOptions);
        }
    }
}

/// <summary>A test that does not run here.</summary>
public sealed class SkippedTestCase : XunitTestCase
{
    [Obsolete("Called by the de-serializer")]
    [EditorBrowsable(EditorBrowsableState.Never)]
    public SkippedTestCase()
    {
    }

    public SkippedTestCase(string reason, IMessageSink messages, TestMethodDisplay display, TestMethodDisplayOptions options, ITestMethod testMethod)
        : base(messages, display, options, testMethod) => Reason = reason;

    private string Reason { get; set; } = "";

    public override void Serialize(IXunitSerializationInfo data)
    {
        base.Serialize(data);
        data.AddValue(nameof(Reason), Reason);
    }

    public override void Deserialize(IXunitSerializationInfo data)
    {
        base.Deserialize(data);
        Reason = data.GetValue<string>(nameof(Reason));
    }

    protected override string GetSkipReason(IAttributeInfo factAttribute) => Reason;
}
