# docker build -t nndoctor . && docker run --rm -v "$PWD:/work" nndoctor checkup data.csv --target y
FROM python:3.12-slim
COPY . /src
RUN pip install --no-cache-dir /src && rm -r /src
RUN useradd --create-home user
USER user
WORKDIR /work
ENTRYPOINT ["nndoctor"]
